import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTest } from '../../src/gates/loadtest/load-test.js';
import type { LoadPlan } from '../../src/gates/loadtest/plan.js';
import type { LoadTestResult } from '../../src/gates/loadtest/results/load-test-result.js';

const rows = join(mkdtempSync(join(tmpdir(), 'serin-bench-')), 'rows.jsonl');
writeFileSync(rows, '[0.5,1.2,0.8,0.3,1.1]\n');

/** Before the measurement, not counted. */
export const warmUpMs = 1_000;

/** Loads a server from this process, with every answer parsed and checked, as `serin loadtest` does. */
export function generate(
  url: string,
  load: LoadPlan['load'],
  seconds: number,
  connections: number,
): Promise<LoadTestResult> {
  return loadTest({
    url: `${url}/predict`,
    inputs: rows,
    headers: {},
    seed: 1,
    connections,
    plan: {
      load,
      warmUpMs,
      durationMs: seconds * 1_000,
      timeoutMs: 5_000,
      thresholds: [],
      stopEarly: false,
      seed: 1,
    },
  });
}

/** As many users as connections, who never think: what wrk does. */
export function closedLoad(users: number): LoadPlan['load'] {
  return { kind: 'closed', users, spawnPerSecond: Infinity, thinkMs: { from: 0, to: 0 } };
}

export function openLoad(perSecond: number): LoadPlan['load'] {
  return { kind: 'open', fromPerSecond: perSecond, toPerSecond: perSecond };
}
