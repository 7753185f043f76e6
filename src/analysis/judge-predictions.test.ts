import { describe, expect, it } from 'vitest';
import { CheckName, VerdictKind } from '../domain/evidence.js';
import { Random } from '../stats/random.js';
import type { PartialJudgeSettings } from './read-judge-settings.js';
import type { Extras } from './simulation/feed.js';
import { evidenceOf, judgeAfter } from './simulation/judged.js';

describe('predictions', () => {
  const label = (canaryYes: number, stableYes: number, name: (yes: boolean) => string): Extras => {
    const random = new Random(2);
    return (isCanary) => ({
      prediction: {
        kind: 'class',
        label: name(random.happens(isCanary ? canaryYes : stableYes)),
      },
    });
  };
  const settings: PartialJudgeSettings = { checks: { predictions: {} } };
  const yesOrNo = (yes: boolean): string => (yes ? 'yes' : 'no');

  it('of another class mix are harm', () => {
    const { judge, nowMs } = judgeAfter(10_000, {}, settings, label(0.5, 0.3, yesOrNo));
    const verdict = judge.judge(nowMs);
    expect(verdict.kind).toBe(VerdictKind.Harm);
    const evidence = evidenceOf(judge, nowMs, CheckName.Predictions);
    expect(evidence.verdict).toBe(VerdictKind.Harm);
    expect(evidence.estimate?.value).toBeCloseTo(0.2, 1);
    expect(evidence.shown['totalVariation']).toBeCloseTo(0.2, 1);
  });

  it('of the same mix are safe', () => {
    const { judge, nowMs } = judgeAfter(20_000, {}, settings, label(0.3, 0.3, yesOrNo));
    expect(evidenceOf(judge, nowMs, CheckName.Predictions).verdict).toBe(VerdictKind.Safe);
  });

  it('of a class that stable never gives are harm', () => {
    const strange = (yes: boolean): string => (yes ? 'strange' : 'no');
    const { judge, nowMs } = judgeAfter(10_000, {}, settings, label(0.15, 0, strange));
    expect(judge.judge(nowMs).kind).toBe(VerdictKind.Harm);
  });

  it('of one class only, always the same, are safe', () => {
    const { judge, nowMs } = judgeAfter(10_000, {}, settings, label(0, 0, yesOrNo));
    expect(evidenceOf(judge, nowMs, CheckName.Predictions).verdict).toBe(VerdictKind.Safe);
  });

  it('that are scores of one arm and classes of the other cannot be compared, and that is said', () => {
    const kinds = (ofCanary: 'score' | 'class'): string => {
      const extras: Extras = (isCanary) => ({
        prediction:
          isCanary === (ofCanary === 'class')
            ? { kind: 'class', label: 'yes' }
            : { kind: 'score', value: 0.7 },
      });
      const { judge, nowMs } = judgeAfter(2000, {}, settings, extras);
      const evidence = evidenceOf(judge, nowMs, CheckName.Predictions);
      expect(evidence).toMatchObject({ harmLogE: 0, verdict: VerdictKind.Unmeasurable });
      return evidence.sentence;
    };
    const cannot = 'predictions: cannot be compared, as';
    expect(kinds('class')).toBe(`${cannot} stable answers with scores and the canary with classes`);
    expect(kinds('score')).toBe(`${cannot} stable answers with classes and the canary with scores`);
  });

  it('that are scores are compared by the deciles of stable', () => {
    const scores = (shift: number): Extras => {
      const random = new Random(4);
      return (isCanary) => ({
        prediction: { kind: 'score', value: random.normal() + (isCanary ? shift : 0) },
      });
    };
    const shifted = judgeAfter(10_000, {}, settings, scores(0.5));
    expect(shifted.judge.judge(shifted.nowMs).kind).toBe(VerdictKind.Harm);
    const same = judgeAfter(20_000, {}, settings, scores(0));
    const evidence = evidenceOf(same.judge, same.nowMs, CheckName.Predictions);
    expect(evidence.verdict).toBe(VerdictKind.Safe);
    expect(evidence.shown['kolmogorovSmirnov']).toBeLessThan(0.05);
  });

  it.each([0, 1, 0.5, -3, 1e-9])(
    'that are always %d, and another number on the canary, are harm',
    (value) => {
      const both = (beside: number): Extras => {
        return (isCanary) => ({
          prediction: { kind: 'score', value: value + (isCanary ? beside : 0) },
        });
      };
      for (const beside of [0.2, -0.2]) {
        const other = judgeAfter(10_000, {}, settings, both(beside));
        expect(other.judge.judge(other.nowMs).kind, String(beside)).toBe(VerdictKind.Harm);
      }
      const same = judgeAfter(20_000, {}, settings, both(0));
      const { verdict } = evidenceOf(same.judge, same.nowMs, CheckName.Predictions);
      expect(verdict).toBe(VerdictKind.Safe);
    },
  );

  it('that are turned round, where many are saturated at 0 and at 1, are harm', () => {
    const random = new Random(8);
    const { judge, nowMs } = judgeAfter(10_000, {}, settings, (isCanary) => {
      const drawn = random.uniform();
      const score = drawn < 0.5 ? 1 : drawn < 0.7 ? 0 : random.uniform();
      return { prediction: { kind: 'score', value: isCanary ? 1 - score : score } };
    });
    expect(judge.judge(nowMs).kind).toBe(VerdictKind.Harm);
  });
});
