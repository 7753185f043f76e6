import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { sampleModels } from '../integration/running-server.js';
import { accessibilityFaults } from './accessible.js';
import { hasBrowser, launchBrowser } from './browser.js';
import { tabTo } from './keyboard.js';
import { shoot } from './shoot.js';
import { unexplainedNumbers } from './unexplained.js';
import { quickRollout, WatchedServer } from './watched-server.js';

// A browser on a machine that is busy takes its time.
vi.setConfig({ testTimeout: 180_000 });

/** What the templates of the page say of themselves. */
const beginnings = [
  {
    name: 'Careful',
    step: 'min: 5m',
    takes: 'Takes 35 min at least, 14 h at most.',
    titles: ['shadow', '1%', '5%', '10%', '25%', '50%', '100%'],
  },
  {
    name: 'Quick',
    step: 'min: 10s',
    takes: 'Takes 30 s at least, 30 min at most.',
    titles: ['10%', '50%', '100%'],
  },
  {
    name: 'With a person',
    step: 'pause: look',
    takes: 'Takes 4 min at least, 2 h at most.',
    titles: ['shadow', 'pause', '10%', 'pause', '50%', '100%'],
  },
];

describe.runIf(hasBrowser)('before a rollout', () => {
  let browser: Browser;
  let on: WatchedServer;

  beforeAll(async () => {
    browser = await launchBrowser();
    on = await WatchedServer.start();
  });
  afterEach(async () => {
    on.expectQuietPages();
    await Promise.all(browser.contexts().map((context) => context.close()));
  });
  afterAll(async () => {
    await browser.close();
    await on.close();
  });

  test('the sliders of the plan move with the arrow keys, and say at once how long it takes', async () => {
    const page = await on.open(browser, 'plan');
    await page.getByLabel('Strategy').selectOption('One step');
    const found = page.locator('.plan-steps > li > .plan-bar .plan-words', { hasText: 'found:' });
    const words = async () => (await found.allInnerTexts())[0] ?? '';
    const requests = async () =>
      Number(/([\d,]+) requests/.exec(await words())?.[1]?.replaceAll(',', ''));
    const seconds = async () => secondsOf(await words());
    /** How many times as long it takes afterwards. */
    const slide = async (name: string, key: string, read = requests): Promise<number> => {
      const before = await read();
      await page.getByRole('slider', { name, exact: true }).press(key);
      await expect.poll(read).not.toBe(before);
      return (await read()) / before;
    };
    await expect.poll(requests).toBeGreaterThan(0);
    expect(await slide('Requests a second', 'Home', seconds)).toBeGreaterThan(100);
    expect(await slide('Weight of the canary', 'Home')).toBeGreaterThan(1);
    // From now on errors alone can tell.
    expect(await slide('Is slower by', 'Home')).toBeGreaterThan(1);
    expect(await slide('Would fail', 'End')).toBeLessThan(1);
    expect(await slide('More that fail', 'End')).toBeGreaterThan(1);
    const tolerated = page.getByRole('slider', { name: 'More that fail' });
    expect(await tolerated.getAttribute('aria-valuetext')).toBe('5 points');
  });

  test('what fits into the file is offered with what it means, and taken with a click', async () => {
    const page = await on.open(browser, 'start?model=churn&canary=2');
    const file = page.getByLabel('Rollout file');
    await expect.poll(() => file.inputValue()).toContain('canary: churn/2');
    await file.press('Control+End');
    await page.keyboard.type('checks: { lat');
    const offered = page.getByRole('listbox', { name: 'What fits here' }).getByRole('option');
    await expect.poll(() => offered.allInnerTexts()).toHaveLength(1);
    expect(await offered.first().innerText()).toMatch(/^latency: \S+/);
    expect(await accessibilityFaults(page)).toEqual([]);
    await offered.first().click();
    await page.keyboard.type('{ tolerance: 12% } }');
    expect(await file.inputValue()).toMatch(/\nchecks: \{ latency: \{ tolerance: 12% \} \}$/);
    await page.getByText('Step 1: 10% of the traffic').waitFor();
  });

  test('a gate that fails says what it found, and that the rollout would fail', async () => {
    const page = await on.open(browser, 'start?model=churn&canary=2');
    const file = page.getByLabel('Rollout file');
    await expect.poll(() => file.inputValue()).toContain('canary: churn/2');
    // The sample that is really worse, which answers recorded rows otherwise than it should.
    const gated = quickRollout().replace('canary: churn/2', 'canary: churn/3');
    await file.fill(`${gated}gates: [validate]\n`);
    await page.getByRole('button', { name: 'Run them now' }).click();
    await page.getByText('The rollout would fail at validate').waitFor();
    const code = page.getByRole('link', { name: 'agreement-low' });
    await code.waitFor();
    expect(await code.getAttribute('href')).toBe('./docs/validate#agreement-low');
    await shoot(page, 'gate-failed');
  });

  test('two versions are asked the same rows, and the picture shows where they differ', async () => {
    const page = await on.open(browser, 'compare?model=churn&canary=3');
    await page.getByRole('button', { name: 'Ask both the same rows' }).click();
    await page.getByText('The rows that differ most').waitFor();
    const digests = page
      .getByRole('region', { name: 'Both versions' })
      .getByRole('row', { name: /^digest/ });
    expect((await digests.innerText()).match(/[0-9a-f]{64}/g)).toEqual(digestsOf(['1', '3']));
    const picture = page.getByRole('img', { name: /rows/ });
    expect(await picture.getAttribute('aria-label')).toMatch(/: \d+ rows/);
    const differences = page.getByRole('region', { name: 'Offline differences' });
    expect(await differences.innerText()).toMatch(/Same class\s+\d/);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await unexplainedNumbers(page)).toEqual([]);
    await shoot(page, 'compare-differences');
  });

  test('a version is examined on demand, and what was measured stands beside the other one', async () => {
    const page = await on.open(browser, 'compare?model=churn&canary=2');
    const reports = page.getByRole('region', { name: 'Reports of version 2' });
    await reports.getByRole('button', { name: 'Examine it now' }).click();
    await reports.getByText(/^smoke (passed|failed)/).waitFor({ timeout: 150_000 });
    expect(await reports.innerText()).toMatch(/validate (passed|failed)/);
    const measured = page.getByRole('region', { name: 'Measurements' });
    expect(await measured.innerText()).toContain('loadtest: ');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await unexplainedNumbers(page)).toEqual([]);
    await shoot(page, 'compare-reports');
  });

  test('each strategy to begin with is written into the file, and says how long it takes', async () => {
    const page = await on.open(browser, 'start?model=churn&canary=2');
    const file = page.getByLabel('Rollout file');
    const told = page.getByRole('region', { name: 'What it will do' });
    const steps = told.getByRole('table').locator('tbody th');
    for (const { name, step, takes, titles } of beginnings) {
      await page.getByRole('radio', { name }).check();
      await expect.poll(() => file.inputValue()).toContain(step);
      await expect.poll(() => steps.allInnerTexts()).toEqual(titles);
      expect(await told.locator('.preview-time').innerText()).toBe(takes);
      expect(await page.getByRole('button', { name: 'Start …' }).isEnabled()).toBe(true);
    }
  });

  test('what a person wrote is written over only where he says so, and waits for him while he looks elsewhere', async () => {
    const page = await on.open(browser, 'start?model=churn&canary=2');
    const file = page.getByLabel('Rollout file');
    const version = page.getByLabel('Version to try');
    const dialog = page.getByRole('dialog', { name: 'Throw your changes to the file away?' });
    await expect.poll(() => file.inputValue()).toContain('canary: churn/2');
    const mine = (await file.inputValue()).replace('weight: 10', 'weight: 11');
    await file.fill(mine);

    await version.selectOption('3');
    expect(await dialog.innerText()).toContain('A new one for churn 3');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Keep my file' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect([await file.inputValue(), await version.inputValue()]).toEqual([mine, '2']);

    await page.getByRole('radio', { name: 'Quick' }).click();
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await file.inputValue()).toBe(mine);
    expect(await page.getByRole('radio', { name: 'Quick' }).isChecked()).toBe(false);

    await page.getByRole('link', { name: 'Plan' }).click();
    await page.getByRole('heading', { level: 1, name: 'Plan' }).waitFor();
    await page.goBack();
    await expect.poll(() => file.inputValue()).toBe(mine);

    await version.selectOption('3');
    await dialog.getByRole('button', { name: 'Write it anew' }).click();
    await expect.poll(() => file.inputValue()).toContain('canary: churn/3');
    expect(await file.inputValue()).not.toContain('weight: 11');
    // Whoever wrote nothing has nothing to lose, and is asked nothing.
    await page.getByRole('radio', { name: 'Quick' }).check();
    await expect.poll(() => file.inputValue()).toContain('min: 10s');
    expect(await dialog.count()).toBe(0);
  });

  test('its gates are tried, and it is started and promoted, with the keyboard alone', async () => {
    on.sendTraffic();
    const page = await on.open(browser, 'start?model=churn&canary=2');
    await page.getByLabel('Rollout file').waitFor();
    await tabTo(page, 'Rollout file');
    await page.keyboard.press('Control+A');
    const file = `${quickRollout('[{ weight: 20 }]', '10m').replace('5m', '1h')}gates: [smoke]\n`;
    await page.keyboard.insertText(file);
    // What is offered on an empty line waits for an arrow key or a letter.
    await page.getByRole('listbox', { name: 'What fits here' }).waitFor();
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Rollout file').inputValue()).toBe(`${file}\n`);
    await page.keyboard.type('onU');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+Space');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Rollout file').inputValue()).toMatch(/\nonUndecided: pause$/);
    await page.getByText('Step 1: 20% of the traffic').waitFor();

    await tabTo(page, 'Run them now');
    await page.keyboard.press('Enter');
    const gates = page.getByRole('region', { name: 'Gates before it begins' });
    await gates.getByText('smoke passed').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect((await on.server.get('/api/v1/rollouts')).body.rollouts).toEqual([]);

    await tabTo(page, 'Start …');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Enter');
    const badge = page.locator('.headline .badge');
    await badge.getByText('In progress', { exact: true }).waitFor();

    await tabTo(page, 'Promote …');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog').innerText()).toContain('takes all traffic');
    await page.keyboard.press('Enter');
    await badge.getByText('Promoted', { exact: true }).waitFor();
  });
});

/** As whoever has the files computes them. */
function digestsOf(versions: readonly string[]): string[] {
  return versions.map((version) => {
    const file = readFileSync(`${sampleModels}/churn/${version}/model.onnx`);
    return createHash('sha256').update(file).digest('hex');
  });
}

const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, min: 60, s: 1 };

/** `1 min 30 s` is 90; 0 where it says no time. */
function secondsOf(words: string): number {
  return [...words.matchAll(/(\d+) (d|h|min|s)\b/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (unitSeconds[unit] ?? 0),
    0,
  );
}
