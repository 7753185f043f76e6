import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parsePsTime, readProcessUsage } from './process-usage.js';

const hasPs = spawnSync('ps', ['-p', String(process.pid)]).status === 0;
const sources = [
  ...(process.platform === 'linux' ? (['linux'] as const) : []),
  ...(hasPs ? (['darwin'] as const) : []),
];

test.each(sources)(
  'memory and CPU time are about what the process itself says (%s)',
  async (os) => {
    const usage = await readProcessUsage(process.pid, os);
    const { user, system } = process.cpuUsage();
    expect(usage?.pid).toBe(process.pid);
    expect(usage!.residentBytes / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    // ps counts whole seconds.
    expect(Math.abs(usage!.cpuSeconds - (user + system) / 1e6)).toBeLessThan(1.5);
  },
);

test.each(sources)('a process that is not there has no memory and no CPU time (%s)', async (os) => {
  expect(await readProcessUsage(2 ** 30, os)).toBeUndefined();
});

test.each([
  ['0:07.25', 7.25],
  ['00:01:05', 65],
  ['2-03:04:05', 2 * 86_400 + 3 * 3600 + 4 * 60 + 5],
])('a CPU time of %s is %d seconds', (text, seconds) => {
  expect(parsePsTime(text)).toBe(seconds);
});
