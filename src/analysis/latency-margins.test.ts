import { describe, expect, it, test } from 'vitest';
import { CheckName, VerdictKind } from '../domain/evidence.js';
import type { Verdict } from '../domain/verdict.js';
import { momentsOf } from '../stats/moments.js';
import { Judge } from './judge.js';
import { defaultJudgeSettings } from './judge-settings.js';
import {
  addMarginBucket,
  logMargin,
  marginsFromEachStep,
  noMarginSums,
} from './latency-margins.js';
import { feed } from './simulation/feed.js';
import { harmlessScenario, type Scenario } from './simulation/scenario.js';

/** Simulated stable takes 20 ms, as a median. */
function verdictOf(scenario: Partial<Scenario>, latencyToleranceMs: number): Verdict {
  const judge = Judge.open({ latencyToleranceMs });
  judge.beginStep({ kind: 'weight', share: 0.5, last: true }, 0);
  const stream = { scenario: { ...harmlessScenario, ...scenario }, seed: 3, share: 0.5, fromMs: 0 };
  return judge.judge(feed(judge, stream, 8_000, 100));
}

const evidenceOf = ({ evidence }: Verdict, check: CheckName) =>
  evidence.find((one) => one.check === check)!;

describe('a tolerance in milliseconds', () => {
  it('of 10 ms forgives what takes 6 ms longer, mean and tails', () => {
    expect(verdictOf({ latencyFactor: 1.3 }, 0).kind).toBe(VerdictKind.Harm);
    const verdict = verdictOf({ latencyFactor: 1.3 }, 10);
    expect(verdict.kind).not.toBe(VerdictKind.Harm);
    expect(verdict.leansToHarm).toBe(false);
    expect(evidenceOf(verdict, CheckName.LatencyMean).verdict).toBe(VerdictKind.Safe);
  });

  it('of 10 ms does not forgive what takes 20 ms longer, and says what it forgives', () => {
    const verdict = verdictOf({ latencyFactor: 2 }, 10);
    expect(verdict.kind).toBe(VerdictKind.Harm);
    expect(evidenceOf(verdict, CheckName.LatencyMean).sentence).toMatch(
      /that it is more than 5% and 10 ms slower$/,
    );
  });

  it('does not count where the relative tolerance is more', () => {
    const evidence = (toleranceMs: number) =>
      evidenceOf(verdictOf({ latencyFactor: 1.1 }, toleranceMs), CheckName.LatencyMean);
    expect(evidence(0.1).harmLogE).toBeCloseTo(evidence(0).harmLogE, 9);
    expect(evidence(0.1).sentence).toMatch(/that it is more than 5% and 0.1 ms slower$/);
  });
});

test('a margin is the larger of the two, as a difference of logarithms', () => {
  expect(logMargin(0.05, 0, Math.log(20))).toBeCloseTo(Math.log(1.05), 12);
  expect(logMargin(0.05, 0.5, Math.log(0.25))).toBeCloseTo(Math.log(3), 12);
  expect(logMargin(0.05, 0.5, Math.log(10))).toBeCloseTo(Math.log(1.05), 12);
});

test('margins are averaged over buckets by their weight, from each step on', () => {
  const settings = { ...defaultJudgeSettings, latencyToleranceMs: 1 };
  const fast = momentsOf([0, 0, 0, 0]);
  const slow = momentsOf([Math.log(100), Math.log(100)]);
  const [first, second] = [noMarginSums(), noMarginSums()];
  addMarginBucket(first, settings, fast, fast);
  addMarginBucket(second, settings, slow, slow);
  // An arm of one says nothing, and tolerates nothing.
  addMarginBucket(second, settings, momentsOf([0]), fast);
  const [both, later, none] = marginsFromEachStep([first, second, noMarginSums()]);
  expect(later?.harm).toBeCloseTo(Math.log(1.05), 12);
  expect(both?.harm).toBeCloseTo((2 * Math.log(2) + Math.log(1.05)) / 3, 12);
  expect(none).toEqual({ harm: 0, safe: 0 });
});
