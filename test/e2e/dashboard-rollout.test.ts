import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RolloutBody } from '../../src/api/contract/rollouts.js';
import { estimate, share } from '../../ui/words/format.js';
import { accessibilityFaults } from './accessible.js';
import { hasBrowser, launchBrowser } from './browser.js';
import { focused, tabTo } from './keyboard.js';
import { shoot } from './shoot.js';
import { quickRollout, WatchedServer } from './watched-server.js';

// A browser on a machine that is busy takes its time.
vi.setConfig({ testTimeout: 180_000 });

/** A step that nobody leaves while the test looks at it. */
const longStep = quickRollout('[{ weight: 20 }, { weight: 50 }]', '10m').replace(
  'max: 5m',
  'max: 1h',
);

describe.runIf(hasBrowser)('a rollout on the screen', () => {
  let browser: Browser;
  let on: WatchedServer;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    on.expectQuietPages();
    await Promise.all(browser.contexts().map((context) => context.close()));
    await on.close();
  });
  afterAll(() => browser.close());

  test('is started there, and watched until the judge promotes it', async () => {
    on = await WatchedServer.start();
    on.sendTraffic();
    const page = await on.open(browser, 'start?model=churn&canary=2');
    const file = page.getByLabel('Rollout file');
    await expect.poll(() => file.inputValue()).toContain('canary: churn/2');

    await file.fill('model: churn\nstable: churn/1\ncanary: churn/2\nstesp: []\n');
    await page.getByText('line 4').waitFor();
    // At the end of its line stands what is wrong with it.
    expect(await page.locator('.editor-fault').innerText()).toContain('expected');
    // Whoever cannot see the list below the text hears it with the text.
    const described = page.getByRole('textbox', { name: 'Rollout file', description: /line 4/ });
    expect(await described.count()).toBe(1);
    expect(await page.getByText('One thing is wrong').count()).toBe(1);
    expect(await page.getByRole('button', { name: 'Start …' }).isDisabled()).toBe(true);

    await file.fill(quickRollout());
    await page.getByText('Step 1: 20% of the traffic').waitFor();
    await page.getByRole('button', { name: 'Start …' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('trained on newer data');
    await page.getByRole('dialog').getByLabel('Your name').fill('ana');
    await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();

    await page.getByRole('heading', { level: 1, name: /churn 1 to 2|churn 1 → 2/ }).waitFor();
    await page.getByRole('img', { name: /^p50 latency over time\. stable: .* canary:/ }).waitFor();
    await badge(page, 'Promoted').waitFor({ timeout: 150_000 });
    const words = await page.getByRole('main').innerText();
    expect(words).toContain('by ana@127.0.0.1');
    expect(words).toContain('Started because: “trained on newer data”');
    expect(words).toContain('Mean latency');
    expect(await steps(page)).toEqual(['20%', '50%', 'promoted']);
    // What the page says of the split and of the lines is what the server says.
    const { verdict } = (await on.server.get(`/api/v1/rollouts/${idOf(page)}`)).body as RolloutBody;
    const { seen, intended } = verdict!.split;
    expect(intended).toBeGreaterThan(0.19);
    expect(intended).toBeLessThan(0.51);
    const split = page.locator('.fact').filter({ hasText: 'Split so far' }).locator('dd');
    const told = new RegExp(`^${share(seen)}\\s*meant to be ${share(intended)}$`);
    await expect.poll(() => split.innerText(), { timeout: 60_000 }).toMatch(told);
    const mean = verdict!.evidence.find(({ check }) => check === 'latency-mean')!;
    const levels = ['harmAbove', 'safeBelow'].map((line) => estimate(mean.shown[line], 'relative'));
    const drawn = page.getByRole('img', { name: /^Mean latency over time/ });
    await expect
      .poll(() => drawn.getAttribute('aria-label'), { timeout: 60_000 })
      .toContain(`tolerance at ${levels[0]}; gate at ${levels[1]};`);
    await expectDecisionInAllCharts(page, 'promoted');
    await shoot(page, 'promoted');
  });

  test('that harms is rolled back, and says why', async () => {
    on = await WatchedServer.start();
    on.sendTraffic();
    const id = await on.startRollout(longStep);
    const page = await on.open(browser, `rollouts/${id}`);
    await badge(page, 'In progress').waitFor();
    const faults = { arm: 'canary', error_share: 0.4 };
    expect((await on.server.put('/admin/faults', faults)).status).toBe(200);
    await badge(page, 'Rolled back').waitFor({ timeout: 150_000 });
    const reason = await page.locator('.sentence').innerText();
    expect(reason).toMatch(/Rolled back by the judge.*requests fail|times in a row/);
    const happened = page.getByRole('log', { name: 'Events' });
    expect(await happened.innerText()).toMatch(/requests fail|in a row/);
    expect(await steps(page)).toEqual(['20%', '50%', 'rolled back']);
    await expectDecisionInAllCharts(page, 'rolled back');
    await shoot(page, 'rolled-back');
  });

  test('moves nothing about on the page while its numbers change', async () => {
    on = await WatchedServer.start();
    on.sendTraffic();
    const id = await on.startRollout(longStep);
    const page = await on.open(browser, `rollouts/${id}`);
    await page.getByRole('heading', { name: 'What the judge knows' }).waitFor();
    await page.getByText('p of harm').waitFor();
    const before = await places(page);
    expect(before.length).toBeGreaterThan(20);
    const newest = page.locator('time.newest');
    for (let i = 0; i < 4; i += 1) {
      const known = await newest.innerText();
      await expect.poll(() => newest.innerText(), { timeout: 60_000 }).not.toBe(known);
      expect(await places(page)).toEqual(before);
    }
    await on.server.post(`/api/v1/rollouts/${id}/pause`, { why: 'lunch' });
    await badge(page, 'Paused').waitFor();
    await expect.poll(() => places(page), { timeout: 60_000 }).toEqual(before);
  });

  test('is paused, resumed and rolled back with the keyboard alone', async () => {
    on = await WatchedServer.start();
    on.sendTraffic();
    const id = await on.startRollout(longStep);
    const page = await on.open(browser, `rollouts/${id}`);
    await badge(page, 'In progress').waitFor();

    await tabTo(page, 'Pause …');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toContain('keeps its 20% of the traffic');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Pause …');
    expect((await on.server.get(`/api/v1/rollouts/${id}`)).body.phase).toBe('progressing');

    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.type('lunch');
    await page.keyboard.press('Enter');
    await badge(page, 'Paused').waitFor();
    expect(await page.getByRole('log', { name: 'Events' }).innerText()).toContain('lunch');

    // The button that was pressed is gone; the keyboard goes on beside it.
    await expect.poll(() => focused(page), { timeout: 60_000 }).toBe('Resume …');
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Enter');
    await badge(page, 'In progress').waitFor();

    await tabTo(page, 'Roll back …');
    await page.keyboard.press('Enter');
    expect(await dialog.innerText()).toContain('gets no request any more, at once');
    await page.keyboard.press('Enter');
    await badge(page, 'Rolled back').waitFor();
  });

  test('explains its numbers to who points at them, or reaches them with the keyboard', async () => {
    on = await WatchedServer.start();
    on.sendTraffic();
    const id = await on.startRollout(longStep);
    const page = await on.open(browser, `rollouts/${id}`);
    const word = page.getByRole('button', { name: 'Weight', exact: true });
    const explanation = page.getByRole('tooltip');
    // While the rollout begins, what is below its sentence may move away from the pointer.
    await expect
      .poll(
        async () => {
          await page.mouse.move(0, 0);
          await word.hover();
          return page.locator('.explanation').innerText();
        },
        { timeout: 60_000 },
      )
      .toContain('share of requests');
    await page.keyboard.press('Escape');
    await explanation.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Evidence', exact: true }).focus();
    expect(await explanation.innerText()).toContain('−100: enough evidence of harm');
    expect(await accessibilityFaults(page)).toEqual([]);
    const table = page.getByText('As a table: p50 latency');
    await table.waitFor();
    await table.click();
    await page.getByRole('region', { name: 'p50 latency as a table' }).waitFor();
  });
});

/** Of the rollout that the page is of. */
function idOf(page: Page): string {
  return page.url().split('/').at(-1)!;
}

function badge(page: Page, words: string) {
  return page.locator('.headline .badge').getByText(words, { exact: true });
}

/** What is drawn into a chart is said to who cannot see it. */
async function expectDecisionInAllCharts(page: Page, decision: string): Promise<void> {
  const charts = page.getByRole('img', { name: /over time/ });
  await expect.poll(() => charts.count()).toBeGreaterThan(6);
  const decided = page.getByRole('img', {
    name: new RegExp(`over time.*; ${decision} at \\d\\d:\\d\\d:\\d\\d\\.$`),
  });
  await expect.poll(async () => (await charts.count()) - (await decided.count())).toBe(0);
}

/** Where the headings stand, and the names of the numbers above and in the charts of both arms. */
function places(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll(
    '.wide-column > :first-child .chart-value, .standing dt, .wide-column > :first-child figcaption, h2',
  )].flatMap((element) => {
    if (element.closest('.wide-column > :nth-child(n + 3)') !== null) return [];
    const { x, y } = element.getBoundingClientRect();
    return [element.textContent.replace(/[^a-z ].*/i, '') + ' ' + Math.round(x) + ' ' + Math.round(y + scrollY)];
  })`);
}

function steps(page: Page): Promise<string[]> {
  return page.locator('.step-title').allInnerTexts();
}
