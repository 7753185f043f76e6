import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasBrowser, launchBrowser } from './browser.js';
import { PageMemoryMeter } from './page-memory.js';
import { TimeLapse } from './time-lapse.js';
import { quickRollout, WatchedServer } from './watched-server.js';

// Three hours of points on a machine that is busy; bench/dashboard has the whole day.
vi.setConfig({ testTimeout: 400_000 });

/** The page keeps 10,000 points, and then takes the server's thinned-out ones. */
const beforeThinning = 2_000;
const afterThinning = 11_300;
const slice = 200;

describe.runIf(hasBrowser)('a tab that stays open', () => {
  let browser: Browser;
  let on: WatchedServer;

  beforeAll(async () => {
    browser = await launchBrowser();
    on = await WatchedServer.start();
  });
  afterAll(async () => {
    await browser.close();
    await on.close();
  });

  test('for hours shows every point in time, and holds no more than at the beginning', async () => {
    const id = await on.startRollout(quickRollout('[{ weight: 20 }]', '48h').replace('5m', '72h'));
    const page = await on.open(browser, `rollouts/${id}`);
    await page.locator('.headline .badge').getByText('In progress').waitFor();
    for (let i = 0; i < 100; i += 1) {
      await on.server.post('/predict', { features: [12, 20, 38, 1, i % 2] });
    }
    const thinned = page.waitForResponse(
      (response) => response.url().endsWith('/evidence') && lapse.seconds > 9_000,
      { timeout: 0 },
    );
    const lapse = new TimeLapse(on.server.server);
    const meter = await PageMemoryMeter.of(page);
    await watch(page, lapse, beforeThinning);
    const early = await meter.read();
    await watch(page, lapse, afterThinning);
    await (await thinned).finished();
    const late = await meter.read();
    const told = JSON.stringify({ early, late });
    // As many points as before; a page that kept all of them would hold three times as much.
    expect(late.heapBytes / early.heapBytes, told).toBeLessThan(1.9);
    expect(late.nodes / early.nodes, told).toBeLessThan(1.3);
    expect(late.listeners / early.listeners, told).toBeLessThan(1.1);
    on.expectQuietPages();
  });
});

/** Lets a rollout go on to this second; the page shows the last point of each slice before the next begins. */
async function watch(page: Page, lapse: TimeLapse, untilSecond: number): Promise<void> {
  while (lapse.seconds < untilSecond) {
    await lapse.pass(Math.min(slice, untilSecond - lapse.seconds));
    const newest = new Date(lapse.nowMs).toISOString();
    await page.locator(`time.newest[datetime="${newest}"]`).waitFor({ timeout: 120_000 });
  }
}
