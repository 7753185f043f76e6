import { setTimeout as sleep } from 'node:timers/promises';
import type { NginxMode } from '../../src/domain/front.js';
import { failureCount, load, type LoadResult } from '../serving/load.js';
import { startNode } from './arms.js';
import { Beside } from './beside.js';
import type { Answer } from './serin-beside.js';

export interface Disturbed {
  readonly load: LoadResult;
  readonly failures: number;
  readonly lost: number;
}

/** What came of changes of the weight. */
export type Changes = Pick<Answer, 'changesMs' | 'wrongArms' | 'splits'>;

/** Changes the weight so many times at full load. */
export async function changeWeightsAtLoad(
  arms: readonly [number, number],
  port: number,
  times: number,
  mode: NginxMode,
): Promise<Disturbed & Changes> {
  const beside = await Beside.start(port, arms, mode);
  const url = `http://127.0.0.1:${port}`;
  try {
    let isOn = true;
    const loading = loadWhile(url, () => isOn);
    const answer = await beside.ask({ ask: 'change-weights', times, url: `${url}/predict` });
    isOn = false;
    const loaded = await loading;
    await sleep(6_000);
    const { counts, splits } = await beside.ask({ ask: 'counts' });
    const { changesMs, wrongArms } = answer;
    return { ...loaded, changesMs, wrongArms, splits, lost: counts['lost'] ?? NaN };
  } finally {
    await beside.stop();
  }
}

/** Kills the canary with `kill -9` so many times at full load, and starts it again. */
export async function killCanaryAtLoad(
  arms: readonly [number, number],
  port: number,
  times: number,
): Promise<Disturbed> {
  const beside = await Beside.start(port, arms);
  try {
    await beside.ask({ ask: 'set-weight', weight: 50 });
    let canary = await startNode(arms[1]);
    let isOn = true;
    const loading = loadWhile(`http://127.0.0.1:${port}`, () => isOn);
    for (let kill = 0; kill < times; kill += 1) {
      await sleep(200);
      canary.kill('SIGKILL');
      await sleep(200);
      canary = await startNode(arms[1]);
    }
    isOn = false;
    const loaded = await loading;
    canary.kill('SIGKILL');
    await sleep(6_000);
    const { counts } = await beside.ask({ ask: 'counts' });
    return { ...loaded, lost: counts['lost'] ?? NaN };
  } finally {
    await beside.stop();
  }
}

/** wrk in pieces of two seconds, until it is told to end. */
export async function loadWhile(
  url: string,
  isOn: () => boolean,
): Promise<{ load: LoadResult; failures: number }> {
  let sum = await load(url, 2, 32);
  let failures = failureCount(sum.failures);
  while (isOn()) {
    const next = await load(url, 2, 32);
    failures += failureCount(next.failures);
    sum = {
      ...next,
      requests: sum.requests + next.requests,
      seconds: sum.seconds + next.seconds,
    };
  }
  return { load: sum, failures };
}
