import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { accessibilityFaults } from './accessible.js';
import { hasBrowser, launchBrowser } from './browser.js';
import { tabTo } from './keyboard.js';
import { unexplainedNumbers } from './unexplained.js';
import { quickRollout, WatchedServer } from './watched-server.js';

// A browser on a machine that is busy takes its time.
vi.setConfig({ testTimeout: 180_000 });

const screenshots = fileURLToPath(new URL('../../test-results/screenshots/', import.meta.url));

describe.runIf(hasBrowser)('before a rollout', () => {
  let browser: Browser;
  let on: WatchedServer;

  beforeAll(async () => {
    mkdirSync(screenshots, { recursive: true });
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    on = await WatchedServer.start();
  });
  afterEach(async () => {
    on.expectQuietPages();
    await Promise.all(browser.contexts().map((context) => context.close()));
    await on.close();
  });
  afterAll(() => browser.close());

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

  test('a gate that fails says what it found, and that the rollout would fail', async () => {
    const page = await on.open(browser, 'start?model=churn&canary=2');
    const file = page.getByLabel('Rollout file');
    await expect.poll(() => file.inputValue()).toContain('canary: churn/2');
    // The sample that is really worse, which answers recorded rows otherwise than it should.
    const gated = quickRollout().replace('canary: churn/2', 'canary: churn/3');
    await file.fill(`${gated}gates: [validate]\n`);
    await page.getByRole('button', { name: 'Run them now' }).click();
    await page.getByText('The rollout would fail at validate').waitFor();
    await page.getByText('agreement-low').waitFor();
    await shoot(page, 'gate-failed');
  });

  test('two versions are asked the same rows, and the picture shows where they differ', async () => {
    const page = await on.open(browser, 'compare?model=churn&canary=3');
    await page.getByRole('button', { name: 'Ask both the same rows' }).click();
    await page.getByText('The rows that differ most').waitFor();
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
});

function shoot(page: Page, name: string): Promise<Buffer> {
  return page.screenshot({ path: `${screenshots}${name}.png`, fullPage: true });
}
