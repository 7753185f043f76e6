import { describe, expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import { CheckName, VerdictKind } from '../domain/evidence.js';
import { harmGrid, oddsLogE, safeGrid } from '../stats/odds-evidence.js';
import { Random } from '../stats/random.js';
import { Judge, type JudgeState } from './judge.js';
import { evidenceOf, observation, start } from './simulation/judged.js';

describe('shadow pairs', () => {
  const after = (pairs: number, disagreement: number): Judge => {
    const judge = Judge.open({ checks: { agreement: { disagreement: 0.05, gate: true } } });
    judge.beginStep({ kind: 'shadow', share: 1, last: false }, start);
    const random = new Random(1);
    for (let index = 0; index < pairs; index += 1) {
      judge.recordPair(!random.happens(disagreement));
    }
    return judge;
  };

  it('that disagree three times as often as tolerated are harm', () => {
    const judge = after(2000, 0.15);
    expect(evidenceOf(judge, start, CheckName.Agreement).verdict).toBe(VerdictKind.Harm);
    expect(judge.judge(start).kind).toBe(VerdictKind.Harm);
  });

  it('that hardly ever disagree are safe', () => {
    const evidence = evidenceOf(after(2000, 0.01), start, CheckName.Agreement);
    expect(evidence.verdict).toBe(VerdictKind.Safe);
    expect(evidence.sentence).toMatch(
      /^the arms disagree on 1\.\d% of 2,000 shadow pairs, between \d/,
    );
  });

  it('bound the rate of disagreement: a rate beyond a bound is refuted, one between them is not', () => {
    const pairs = 2000;
    const { estimate, overdispersion, shown } = evidenceOf(
      after(pairs, 0.08),
      start,
      CheckName.Agreement,
    );
    const disagreed = shown['disagreed'] ?? 0;
    expect(estimate).toMatchObject({ unit: 'points', value: disagreed / pairs });
    const { low = NaN, value = NaN, high = NaN } = estimate ?? {};
    expect(low).toBeLessThan(value);
    expect(value).toBeLessThan(high);
    // Against a rate p: R with θ(0.05, R) = p.
    const logE = (rate: number, grid: readonly number[]): number => {
      const ratio = (rate / (1 - rate)) * (0.95 / 0.05);
      const counts = { canaryEvents: disagreed, stableEvents: pairs - disagreed };
      return oddsLogE([{ share: 0.05, requests: pairs, ...counts }], ratio, grid, overdispersion);
    };
    expect(logE(low, harmGrid)).toBeCloseTo(Math.log(20), 5);
    expect(logE(high, safeGrid)).toBeCloseTo(Math.log(20), 5);
    expect(Math.max(logE(value, harmGrid), logE(value, safeGrid))).toBeLessThan(Math.log(20));
  });

  /** So many pairs that disagree, ten a second, each with the requests of both arms. */
  const disagreeing = (judge: Judge, pairs: number): number => {
    judge.beginStep({ kind: 'shadow', share: 1, last: false }, start);
    for (let index = 0; index < pairs; index += 1) {
      const startedAtMs = start + 100 * index;
      for (const arm of [Arm.Stable, Arm.Canary]) judge.record(observation({ arm, startedAtMs }));
      judge.recordPair(false);
    }
    return start + 100 * pairs;
  };
  const agreement = { checks: { agreement: { disagreement: 0.05 } } };

  it('are looked at with their requests, by whose number a step may be left', () => {
    const judge = Judge.open({ ...agreement, settleMs: 0 });
    const verdict = judge.judge(disagreeing(judge, 50));
    expect(verdict.step.canaryJudged).toBe(50);
    const evidence = verdict.evidence.find(({ check }) => check === CheckName.Agreement);
    expect(evidence).toMatchObject({ verdict: VerdictKind.Harm, samples: { canary: 50 } });
    expect(verdict.kind).toBe(VerdictKind.Harm);
  });

  it.each([0, 1000])('of a step count in it when the next begins, settling %d ms', (settleMs) => {
    const judge = Judge.open({ ...agreement, settleMs });
    const endsAtMs = disagreeing(judge, 30);
    judge.beginStep({ kind: 'weight', share: 1, last: false }, endsAtMs);
    const verdict = judge.judge(endsAtMs);
    const evidence = verdict.evidence.find(({ check }) => check === CheckName.Agreement);
    expect(evidence?.samples).toEqual({ stable: 30, canary: 30 });
    expect(verdict.kind).toBe(VerdictKind.Harm);
  });

  it.each([true, false])('that wait are kept over a restart, with their step: %s', (saysStep) => {
    const judge = Judge.open(agreement);
    const endsAtMs = disagreeing(judge, 30);
    const { collector, ...state } = JSON.parse(JSON.stringify(judge.toState())) as JudgeState;
    const { step, ...pairs } = collector.pairs;
    expect(step).toBe(0);
    const restored = Judge.restore({
      ...state,
      collector: { ...collector, pairs: saysStep ? collector.pairs : pairs },
    });
    restored.beginStep({ kind: 'weight', share: 1, last: false }, endsAtMs);
    expect(evidenceOf(restored, endsAtMs, CheckName.Agreement).samples.canary).toBe(30);
  });

  it('have no bounds and no rate before the first has been compared', () => {
    const { estimate, sentence } = evidenceOf(after(0, 0), start, CheckName.Agreement);
    expect(estimate).toBeUndefined();
    expect(sentence).toBe('agreement: no shadow pair has been compared');
  });
});
