import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { accessibilityFaults } from './accessible.js';
import { hasBrowser, launchBrowser } from './browser.js';
import { finishedRollouts } from './finished-rollouts.js';
import { shoot } from './shoot.js';
import { unexplainedNumbers } from './unexplained.js';
import { quickRollout, WatchedServer } from './watched-server.js';

// A browser on a machine that is busy takes its time.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const looks = [
  ['desktop-light', 1280, 'light'],
  ['desktop-dark', 1280, 'dark'],
  ['phone-light', 360, 'light'],
  ['phone-dark', 360, 'dark'],
] as const;

/** A shadow step that is over soon, and a step that nobody leaves while the tests look at it. */
const yaml = quickRollout('[{ shadow: { requests: 50 } }, { weight: 20, hold: { min: 10m } }]')
  .replace('max: 5m', 'max: 1h')
  .replace('predictions: off', 'predictions: off\n  agreement: off');

/** On which versions 1 and 2 of churn do not agree. */
const doubtful = { features: [-0.3271, -0.2129, -0.6351, 2.2281, 1.4871] };

describe.runIf(hasBrowser)(
  'everybody can read, in a window of any size and in light and dark,',
  () => {
    let browser: Browser;
    let on: WatchedServer;
    let id: string;

    beforeAll(async () => {
      browser = await launchBrowser();
      on = await WatchedServer.start();
      await on.server.post('/api/v1/rollouts/import', finishedRollouts(2)[1]);
      id = await on.startRollout(yaml);
      const isDisagreed = async (): Promise<boolean> => {
        await on.server.post('/predict', doubtful);
        return (await on.server.get(`/api/v1/rollouts/${id}`)).body.shadow?.disagreeing > 0;
      };
      // Fewer than the shadow step waits for: it is over when there is more traffic.
      await vi.waitUntil(isDisagreed, { timeout: 120_000, interval: 100 });
      on.sendTraffic();
    });
    // A page that nobody looks at any more must not take the next one's time.
    afterEach(() => closePages(browser));
    afterAll(async () => {
      on.expectQuietPages();
      await browser.close();
      await on.close();
    });

    test('and no number is left unexplained without being found', async () => {
      const page = await on.open(browser);
      await page.setContent(`<main>
      <p>7 alone</p> <p><button class="explained">Weight</button> 8</p> <p class="words">9 of 10.</p>
      <table><thead><tr><th>a</th></tr></thead><tbody><tr><td>11</td></tr></tbody></table>
    </main>`);
      const found = await unexplainedNumbers(page);
      expect(found.map((words) => words.match(/\d+/)?.[0])).toEqual(['7', '11']);
    });

    test.each(looks)('every page: %s', async (name, width, colorScheme) => {
      const page = await on.open(browser, '', lookOf(width, colorScheme));
      const places = [
        ['overview', '', 'Recent outcomes'],
        ['rollout', `rollouts/${id}`, 'stable said'],
        ['ended', 'rollouts/old-1', 'What happened'],
        ['model', 'models/churn', 'Audit log'],
        ['start', 'start?model=churn&canary=2', 'Then promotes'],
        ['compare', 'compare?model=churn', 'golden rows'],
        ['plan', 'plan', 'until it is found'],
        ['history', 'history', 'of 2 rollouts'],
      ] as const;
      for (const [place, address, words] of places) {
        await page.goto(`${on.server.url}/#/${address}`);
        await page.getByText(words).first().waitFor({ timeout: 90_000 });
        await expectReadable(page, place);
        await shoot(page, `${place}-${name}`);
      }
      await page.goto(`${on.server.url}/#/start?model=churn&canary=2`);
      const file = page.getByLabel('Rollout file');
      await expect.poll(() => file.inputValue()).toContain('canary: churn/2');
      await file.fill(quickRollout().replace('steps:', 'stesp:').replace('5m', '5 minutes'));
      await page.getByText('things are wrong').waitFor();
      await expectReadable(page, 'a file with mistakes');
      await page.keyboard.press('Escape');
      await shoot(page, `start-mistakes-${name}`);
    });

    test.each(looks)(
      'what is asked before something is done: %s',
      async (name, width, colorScheme) => {
        const page = await on.open(browser, `rollouts/${id}`, lookOf(width, colorScheme));
        await page.getByText('What the judge knows').waitFor();
        await page.getByText('Not possible now').click();
        for (const action of ['Set weight …', 'Roll back …']) {
          await page.getByRole('button', { name: action }).click();
          await page.getByRole('dialog').getByLabel('Why').waitFor();
          await expectReadable(page, action);
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
        }
        await page.getByRole('button', { name: 'Promote …' }).click();
        await shoot(page, `dialog-${name}`);
      },
    );
  },
);

describe.runIf(hasBrowser)('whoever has not signed in can read', () => {
  let browser: Browser;
  let on: WatchedServer;

  beforeAll(async () => {
    browser = await launchBrowser();
    on = await WatchedServer.start({ adminToken: 'a-token-of-more-than-16-characters' });
  });
  afterEach(() => closePages(browser));
  afterAll(async () => {
    await browser.close();
    await on.close();
  });

  test.each(looks)('what he is asked for: %s', async (name, width, colorScheme) => {
    const page = await on.open(browser, '', lookOf(width, colorScheme));
    await page.getByLabel('Admin token').fill('not-the-right-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This token is not the right one').waitFor();
    await expectReadable(page, 'sign-in');
    await shoot(page, `sign-in-${name}`);
  });
});

function lookOf(width: number, colorScheme: 'light' | 'dark'): BrowserContextOptions {
  return { viewport: { width, height: 800 }, colorScheme };
}

async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** No fault against WCAG 2.2 AA, no number that nothing explains, nothing beside the window. */
async function expectReadable(page: Page, place: string): Promise<void> {
  expect(await accessibilityFaults(page), place).toEqual([]);
  expect(await unexplainedNumbers(page), place).toEqual([]);
  const overflow = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(overflow, place).toBeLessThanOrEqual(0);
}
