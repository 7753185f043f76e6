import { describe, expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import { CheckName, VerdictKind, type Evidence } from '../domain/evidence.js';
import { Random } from '../stats/random.js';
import { Judge, type JudgeState } from './judge.js';
import type { FeedbackTolerance } from './judge-settings.js';

const start = 1_700_000_000_000;
const half = { kind: 'weight', share: 0.5, last: true } as const;
const tenth = { ...half, share: 0.1 };

function judgeOf(measure: FeedbackTolerance['measure'], tolerance: number): Judge {
  const judge = Judge.open({ checks: { feedback: { measure, tolerance, gate: 2 * tolerance } } });
  judge.beginStep(half, start);
  return judge;
}

function judgeAfter(
  measure: FeedbackTolerance['measure'],
  value: (isCanary: boolean, random: Random) => number,
  tolerance: number,
): Judge {
  const judge = judgeOf(measure, tolerance);
  const random = new Random(8);
  for (let index = 0; index < 12_000; index += 1) {
    const isCanary = random.happens(0.5);
    judge.recordFeedback(isCanary ? Arm.Canary : Arm.Stable, value(isCanary, random));
  }
  return judge;
}

function feedbackOf(judge: Judge): Evidence {
  return judge.judge(start).evidence.find(({ check }) => check === CheckName.Feedback)!;
}

describe('feedback', () => {
  it('shows a canary that is right less often', () => {
    const judge = judgeAfter(
      'accuracy',
      (isCanary, random) => +random.happens(isCanary ? 0.8 : 0.9),
      0.02,
    );
    const evidence = feedbackOf(judge);
    expect(evidence.verdict).toBe(VerdictKind.Harm);
    expect(evidence.estimate?.value).toBeCloseTo(-0.1, 1);
    expect(judge.judge(start).kind).toBe(VerdictKind.Harm);
  });

  it('shows a canary whose log-loss is higher, and one whose score is lower', () => {
    const loss = judgeAfter(
      'log-loss',
      (isCanary, random) => 0.5 + (isCanary ? 0.2 : 0) + 0.3 * random.uniform(),
      0.05,
    );
    expect(feedbackOf(loss).verdict).toBe(VerdictKind.Harm);
    const score = judgeAfter(
      'score',
      (isCanary, random) => 40 - (isCanary ? 5 : 0) + random.normal(),
      1,
    );
    expect(feedbackOf(score).verdict).toBe(VerdictKind.Harm);
  });

  it('excludes harm of a canary that is as good', () => {
    const judge = judgeAfter('accuracy', (_isCanary, random) => +random.happens(0.9), 0.02);
    expect(feedbackOf(judge).verdict).toBe(VerdictKind.Safe);
  });

  it('of labelled pairs shows which arm is wrong alone', () => {
    const judge = judgeOf('labelled-pairs', 0);
    const random = new Random(8);
    for (let index = 0; index < 2000; index += 1) {
      judge.recordLabelledPair(random.happens(0.95), random.happens(0.85));
    }
    expect(feedbackOf(judge).verdict).toBe(VerdictKind.Harm);
  });

  it('of labelled pairs counts in the step of the answers, over a restart, and not once more', () => {
    const first = judgeOf('labelled-pairs', 0);
    for (let index = 0; index < 30; index += 1) first.recordLabelledPair(true, false);
    first.beginStep({ ...half, share: 1 }, start);
    const judge = Judge.restore(JSON.parse(JSON.stringify(first.toState())) as JudgeState);
    // At 100% nothing is compared; what is labelled now was answered before.
    for (let index = 0; index < 30; index += 1) judge.recordLabelledPair(true, false, 0);
    expect(feedbackOf(judge)).toMatchObject({ shown: { canaryWrong: 60, stableWrong: 0 } });
    expect(feedbackOf(judge).verdict).toBe(VerdictKind.Harm);
    expect(() => judge.recordLabelledPair(true, false, 2)).toThrow('a step from 0 to 1');
  });

  it('that is not finite, or about a step that does not exist, is refused', () => {
    const judge = judgeOf('accuracy', 0.02);
    expect(() => judge.recordFeedback(Arm.Canary, NaN)).toThrow('cannot be judged');
    for (const step of [-1, 1, 0.5, NaN]) {
      expect(() => judge.recordFeedback(Arm.Canary, 1, step)).toThrow('a step from 0 to 0');
    }
    expect(() => Judge.open().recordFeedback(Arm.Canary, 1)).toThrow('a step');
  });
});

describe('feedback that comes after the weight has changed', () => {
  /**
   * Answers at a share of 10% that are right in 95%, then at 50% in 75%, whoever gives them; the
   * labels of all of them come during the second step, mixed.
   * @param stepOf where a label is counted
   */
  function judgeWithLateLabels(
    stepOf: (step: number) => number,
    canaryIsWorseBy = 0,
    restart = (judge: Judge): Judge => judge,
  ): Judge {
    const first = judgeOf('accuracy', 0.02);
    first.beginStep(tenth, start);
    first.beginStep(half, start);
    const judge = restart(first);
    const random = new Random(5);
    for (let index = 0; index < 20_000; index += 1) {
      const step = random.happens(0.5) ? 1 : 2;
      const isCanary = random.happens(step === 1 ? 0.1 : 0.5);
      const accuracy = (step === 1 ? 0.95 : 0.75) - (isCanary ? canaryIsWorseBy : 0);
      judge.recordFeedback(
        isCanary ? Arm.Canary : Arm.Stable,
        +random.happens(accuracy),
        stepOf(step),
      );
    }
    return judge;
  }

  it('is compared within the step of its answer: a harmless canary stays harmless', () => {
    const evidence = feedbackOf(judgeWithLateLabels((step) => step));
    expect(evidence.verdict).toBe(VerdictKind.Safe);
    expect(Math.abs(evidence.estimate!.value)).toBeLessThan(0.02);
  });

  it('would make a harmless canary look bad if it were counted in the step in which it comes', () => {
    const evidence = feedbackOf(judgeWithLateLabels(() => 2));
    expect(evidence.verdict).toBe(VerdictKind.Harm);
    expect(evidence.estimate!.value).toBeLessThan(-0.05);
  });

  it('still shows a canary that is worse', () => {
    const evidence = feedbackOf(judgeWithLateLabels((step) => step, 0.08));
    expect(evidence.verdict).toBe(VerdictKind.Harm);
  });

  it('counts when all of it is about steps that are over', () => {
    const judge = judgeOf('accuracy', 0.02);
    const random = new Random(6);
    judge.beginStep(tenth, start);
    for (let index = 0; index < 5000; index += 1) {
      const isCanary = random.happens(0.5);
      judge.recordFeedback(
        isCanary ? Arm.Canary : Arm.Stable,
        +random.happens(isCanary ? 0.8 : 0.9),
        0,
      );
    }
    expect(feedbackOf(judge).verdict).toBe(VerdictKind.Harm);
  });

  it('is remembered over a restart, step by step', () => {
    const throughJson = (judge: Judge): Judge =>
      Judge.restore(JSON.parse(JSON.stringify(judge.toState())) as JudgeState);
    const judge = judgeWithLateLabels((step) => step);
    expect(throughJson(judge).toState()).toEqual(judge.toState());
    expect(feedbackOf(judgeWithLateLabels((step) => step, 0, throughJson))).toEqual(
      feedbackOf(judge),
    );
  });

  it('belongs to the step in which its request started', () => {
    const judge = Judge.open();
    expect(judge.stepAt(start)).toBeUndefined();
    judge.beginStep(tenth, start);
    judge.beginStep(half, start + 1000);
    expect([-1, 0, 999, 1000].map((ms) => judge.stepAt(start + ms))).toEqual([undefined, 0, 0, 1]);
  });
});
