import { describe, expect, it } from 'vitest';
import { Random } from '../stats/random.js';
import { Judge } from './judge.js';
import { half } from './simulation/judged.js';
import { feed } from './simulation/feed.js';
import { harmlessScenario } from './simulation/scenario.js';
import { simulateRollout } from './simulation/simulate-rollout.js';

// A true effect exactly at a margin is promoted in at most 5% (STATISTICS): each gate alone, so that no
// other one holds the promotion up. The mean and the errors are in bench/judge/scenarios. The larger
// runs whose numbers docs/reference/judge.md has are of the same functions, with 1,000 rollouts.

const rollouts = 100;
/** 5%, and three standard errors of a count of so many. */
const atMost = 5 + 3 * Math.sqrt(rollouts * 0.05 * 0.95);

const noOther = {
  ...{ errors: null, latencyMean: null, latencyP95: null, latencyP99: null },
  latencyTwiceP99: null,
};
const ramp = { steps: [{ share: 0.5, requests: 0 }], atMost: 8_000, bucketRequests: 200 };

/** @param latencyFactor how many times as slow every request of the canary is */
function promotesSlower(check: 'latencyP95' | 'latencyP99', gate: number) {
  return (latencyFactor: number, seed: number): boolean => {
    // A tolerance beyond the gate: harm must not be what holds it up.
    const settings = { checks: { ...noOther, [check]: { tolerance: 5, gate } } };
    const scenario = { ...harmlessScenario, latencyFactor };
    return simulateRollout(scenario, seed, settings, ramp).outcome === 'promoted';
  };
}

/** @param drift how much more often the canary says yes: the total variation of two classes */
function promotesDrifted(drift: number, seed: number): boolean {
  const judge = Judge.open({
    settleMs: 0,
    // What a server tolerates.
    checks: { ...noOther, predictions: { tolerance: 0.2, gate: true } },
  });
  judge.beginStep(half, 0);
  const random = new Random(seed);
  const extras = (isCanary: boolean) => {
    const label = random.happens(isCanary ? 0.3 + drift : 0.3) ? 'yes' : 'no';
    return { prediction: { kind: 'class', label } as const };
  };
  for (let look = 0; look < 12; look += 1) {
    const stream = { scenario: harmlessScenario, seed: 1_000 * seed + look, share: 0.5 };
    const nowMs = feed(judge, { ...stream, fromMs: 5_000 * look }, 500, 100, extras);
    if (judge.judge(nowMs).mayPromote) return true;
  }
  return false;
}

describe.each([
  ['the gate of p95', promotesSlower('latencyP95', 0.25), 1.25, 1],
  ['the gate of p99', promotesSlower('latencyP99', 1), 2, 1],
  ['the gate of predictions', promotesDrifted, 0.2, 0],
] as const)('%s', (_name, promotes, atMargin, harmless) => {
  const promoted = (effect: number, of: number): number => {
    let count = 0;
    for (let run = 0; run < of; run += 1) if (promotes(effect, 700_000 + run)) count += 1;
    return count;
  };

  it('lets hardly any canary pass that is exactly at its margin', () => {
    expect(promoted(atMargin, rollouts)).toBeLessThanOrEqual(atMost);
  });

  it('lets most harmless canaries pass', () => {
    expect(promoted(harmless, 20)).toBeGreaterThan(10);
  });
});
