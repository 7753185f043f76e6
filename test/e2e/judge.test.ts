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

test('a plan says how long a step takes, as a table and a chart, and what cannot be found in its time', async () => {
  const args = ['plan', '--rps', '40', '--steps', '10', '--max', '500s'];
  const { code, stdout, stderr } = await runSerin(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^weight +check +find: requests +time +exclude: requests +time$/m);
  expect(stdout).toMatch(/^ +10% +errors +\d+ +\d+ min +\d+ +\d+ min$/m);
  expect(stdout).toMatch(/^10% errors +█+ \d+ min$/m);
  expect(stdout).toMatch(
    /^! errors from 0\.5% to 1% at 10% of 40 requests a second is found in [\d,]+ requests, \d+ minutes; the step ends after 8\.3 minutes$/m,
  );
});

test('a plan takes the steps, their time and what is tolerated from a rollout file', async () => {
  const file = join(newFolder(), 'serin.yaml');
  const steps = 'steps: [{ shadow: { requests: 100 } }, { weight: 20 }, { weight: 50 }]';
  const hold = 'hold: { min: 10s, max: 7m }';
  const checks = 'checks: { latency: { tolerance: 30% } }';
  writeFileSync(
    file,
    ['model: churn', 'stable: churn/1', 'canary: churn/2', steps, hold, checks].join('\n'),
  );
  const { code, stdout, stderr } = await runSerin(['plan', '--rps', '40', '--file', file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const step of ['shadow', '20%', '50%']) {
    expect(stdout).toMatch(new RegExp(`^ *${step} +errors +`, 'm'));
  }
  expect(stdout).toContain('the step ends after 7 minutes');
  expect(stdout).toContain('latency-mean finds nothing: up to 30% slower is tolerated');
});

test('a plan takes its traffic from a recording, and answers machines in JSON', async () => {
  const recorded = recording(1);
  const { code, stdout, stderr } = await runSerin([
    ...['plan', '--recorded', recorded, '--steps', '20', '--max', '10m', '--json'],
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { assumed, steps } = JSON.parse(stdout) as {
    assumed: Record<string, number>;
    steps: { share: number; checks: { check: string; find: { requests: number } | null }[] }[];
  };
  expect(assumed['rps']).toBeCloseTo(50, 6);
  expect(assumed['latency']).toBeGreaterThan(19);
  expect(assumed['latency']).toBeLessThan(21);
  expect(assumed['spread']).toBeGreaterThan(0.28);
  expect(assumed['spread']).toBeLessThan(0.32);
  expect(steps.map(({ share }) => share)).toEqual([0.2]);
  const mean = steps[0]!.checks.find(({ check }) => check === 'latency-mean')!;
  expect(mean.find!.requests).toBeGreaterThan(0);
});
