import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Random } from '../../src/stats/random.js';
import { newFolder } from '../integration/running-server.js';
import { runSerin } from './serin-process.js';

// Every command is a process, and a machine that is busy starts them slowly.
vi.setConfig({ testTimeout: 120_000 });

/** 3,000 requests at 50 a second, every fifth the canary's. */
function recording(canarySlower: number): string {
  const random = new Random(1);
  const lines = Array.from({ length: 3_000 }, (_, index) => {
    const isCanary = index % 5 === 0;
    const latency = 20 * Math.exp(0.3 * random.normal()) * (isCanary ? canarySlower : 1);
    return `${1_700_000_000_000 + 20 * index},${isCanary ? 'canary' : 'stable'},${latency}`;
  });
  const file = join(newFolder(), 'requests.csv');
  writeFileSync(file, ['time,arm,latency', ...lines].join('\n'));
  return file;
}

test('a simulation shows the judge beside the classic tests, as a table and a chart', async () => {
  const args = ['judge', '--simulate', 'regression=latencyx2', '--runs', '5'];
  const { code, stdout, stderr } = await runSerin(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/Serin +0\.0% +100\.0% +0\.0% +\d+/);
  expect(stdout).toMatch(/Mann-Whitney, slower/);
  expect(stdout).toMatch(/100% ┤/);
  const again = await runSerin([...args, '--json']);
  const { methods } = JSON.parse(again.stdout) as { methods: Record<string, unknown>[] };
  expect(methods[0]).toMatchObject({ method: 'Serin', rolledBack: 1, falseAlarms: 0 });
});

test('a recording is judged, with the moment at which its harm was shown', async () => {
  const slow = await runSerin(['judge', '--replay', recording(1.5), '--weight', '20%']);
  expect(slow.code, slow.stderr).toBe(0);
  expect(slow.stdout).toMatch(/ harm +latency-mean +canary is \d+% slower/);
  expect(slow.stdout).toContain('The canary harms');
  const alike = await runSerin(['judge', '--replay', recording(1), '--weight', '20%']);
  expect(alike.stdout).toMatch(/Undecided: .* more requests/);
});

test('harmless recorded traffic that is split in two hardly alarms', async () => {
  const split = await runSerin(['judge', '--aa', recording(1), '--runs', '10', '--json']);
  expect(JSON.parse(split.stdout)).toMatchObject({ splits: 10, alarms: 0 });
});
