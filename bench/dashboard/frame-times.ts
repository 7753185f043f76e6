import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { TimeLapse } from '../../test/e2e/time-lapse.js';

/** How smoothly a page moves while points come in. Milliseconds. */
export interface FrameTimes {
  /** Work of the page's thread for one point: scripts, styles, layout. */
  readonly workPerPoint: number;
  readonly median: number;
  readonly p95: number;
  readonly longest: number;
  /** Tasks of 50 ms and longer, which a person may notice. */
  readonly longTasks: number;
}

const points = 100;
const everyMs = 80;

const record = `window.frames_ = []; window.long_ = [];
new PerformanceObserver((list) => window.long_.push(...list.getEntries().map(({ duration }) => duration)))
  .observe({ entryTypes: ['longtask'] });
(function next(before) { requestAnimationFrame((now) => { window.frames_.push(now - before); next(now); }); })(performance.now());`;

/** Sends a page points one by one, as in real time but faster, and looks at its pictures meanwhile. */
export async function frameTimes(page: Page, lapse: TimeLapse): Promise<FrameTimes> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const busyMs = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  await page.evaluate(record);
  const before = await busyMs();
  for (let i = 0; i < points; i += 1) {
    await lapse.pass(1);
    await wait(everyMs);
  }
  const workPerPoint = ((await busyMs()) - before) / points;
  const frames = await page.evaluate<number[]>('window.frames_.slice(5)');
  const long = await page.evaluate<number[]>('window.long_');
  const sorted = frames.toSorted((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] ?? NaN;
  await session.detach();
  return {
    workPerPoint,
    median: quantile(0.5),
    p95: quantile(0.95),
    longest: quantile(1),
    longTasks: long.length,
  };
}
