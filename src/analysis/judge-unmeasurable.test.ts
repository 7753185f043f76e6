import { describe, expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import { CheckName, VerdictKind } from '../domain/evidence.js';
import { Judge, type JudgeState } from './judge.js';
import { feed } from './simulation/feed.js';
import { half, judgeAfter, observation, start } from './simulation/judged.js';
import { harmlessScenario } from './simulation/scenario.js';

describe('nothing can be said', () => {
  it('before the first step', () => {
    const verdict = Judge.open().judge(start);
    expect(verdict.kind).toBe(VerdictKind.Unmeasurable);
    expect(verdict.reasons).toEqual(['no step has begun']);
  });

  it('while the canary is silent', () => {
    const judge = Judge.open();
    judge.beginStep({ kind: 'weight', share: 0.1, last: false }, start);
    for (let index = 0; index < 500; index += 1) judge.record(observation());
    expect(judge.judge(start + 30_000).kind).toBe(VerdictKind.Undecided);
    const verdict = judge.judge(start + 61_000);
    expect(verdict.kind).toBe(VerdictKind.Unmeasurable);
    expect(verdict.reasons[0]).toBe(
      'the canary has had no request for 61 s, and should get 10% of them',
    );
  });

  it('without any traffic', () => {
    const judge = Judge.open();
    judge.beginStep(half, start);
    expect(judge.judge(start + 120_000).reasons).toEqual(['no requests for 120 s']);
  });

  describe('served, then silent', () => {
    /** So many requests of each arm, one a second, in a bucket that does not fill. */
    const servedOnce = (
      requests: number,
      arms: readonly Arm[] = [Arm.Stable, Arm.Canary],
    ): Judge => {
      const judge = Judge.open();
      judge.beginStep(half, start);
      for (let index = 0; index < requests; index += 1) {
        for (const arm of arms) {
          judge.record(observation({ arm, startedAtMs: start + 1000 * index }));
        }
      }
      return judge;
    };

    it('both arms', () => {
      const judge = servedOnce(10);
      expect(judge.judge(start + 60_000).kind).toBe(VerdictKind.Undecided);
      const verdict = judge.judge(start + 3_609_020);
      expect(verdict.kind).toBe(VerdictKind.Unmeasurable);
      expect(verdict.reasons).toEqual(['no requests for 3,600 s']);
      expect(verdict.mayPromote).toBe(false);
    });

    it('a canary that was safe before', () => {
      const { judge, nowMs } = judgeAfter(30_000);
      for (const arm of [Arm.Stable, Arm.Canary]) {
        judge.record(observation({ arm, startedAtMs: nowMs }));
      }
      expect(judge.judge(nowMs + 30_000).mayPromote).toBe(true);
      const verdict = judge.judge(nowMs + 3_600_000);
      expect(verdict.kind).toBe(VerdictKind.Unmeasurable);
      expect(verdict.mayPromote).toBe(false);
    });

    it.each([
      [Arm.Canary, 'the canary has had no request for 90 s, and should get 50% of them'],
      [Arm.Stable, 'stable has had no request for 90 s'],
    ])('%s alone', (silent, reason) => {
      const judge = servedOnce(1);
      const arm = silent === Arm.Canary ? Arm.Stable : Arm.Canary;
      judge.record(observation({ arm, startedAtMs: start + 80_000 }));
      expect(judge.judge(start + 90_020).reasons).toEqual([reason]);
    });

    it('is not said of an arm whose requests were as rare before', () => {
      const judge = Judge.open();
      judge.beginStep(half, start);
      for (const arm of [Arm.Stable, Arm.Canary]) {
        judge.record(observation({ arm, startedAtMs: start + 120_000 }));
      }
      expect(judge.judge(start + 240_000).kind).toBe(VerdictKind.Undecided);
      expect(judge.judge(start + 1_400_000).kind).toBe(VerdictKind.Unmeasurable);
    });

    it('also after a restart; not where an older Serin saved no time', () => {
      const state = JSON.parse(JSON.stringify(servedOnce(10).toState())) as JudgeState;
      const late = start + 3_600_000;
      expect(Judge.restore(state).judge(late).kind).toBe(VerdictKind.Unmeasurable);
      const older = JSON.parse(
        JSON.stringify(state, (key, value: unknown) => (key === 'lastAtMs' ? undefined : value)),
      ) as JudgeState;
      expect(Judge.restore(older).judge(late).kind).toBe(VerdictKind.Undecided);
    });
  });

  it('while the split is wrong', () => {
    const judge = Judge.open();
    judge.beginStep({ kind: 'weight', share: 0.1, last: false }, start);
    const stream = { scenario: harmlessScenario, seed: 1, share: 0.2, fromMs: start };
    const verdict = judge.judge(feed(judge, stream, 5000));
    expect(verdict.kind).toBe(VerdictKind.Unmeasurable);
    expect(verdict.split.wrong).toBe(true);
    expect(verdict.sentence).toMatch(/the canary gets 19% .* and should get 10%/);
  });

  describe('for the rest of a step whose split was wrong', () => {
    /** Twice the canary's share for a while, and then so little that the sum is right again. */
    const mended = (): { judge: Judge; nowMs: number } => {
      const judge = Judge.open({ settleMs: 0 });
      judge.beginStep({ kind: 'weight', share: 0.25, last: true }, start);
      const scenario = harmlessScenario;
      const wrongUntil = feed(judge, { scenario, seed: 1, share: 0.33, fromMs: start }, 4_000);
      expect(judge.judge(wrongUntil).split.wrong).toBe(true);
      const stream = { scenario, seed: 2, share: 0.17, fromMs: wrongUntil };
      return { judge, nowMs: feed(judge, stream, 4_000) };
    };

    it('though its evidence has sunk meanwhile', () => {
      const { judge, nowMs } = mended();
      const { kind, split, reasons, mayPromote } = judge.judge(nowMs);
      expect(split.logE).toBeLessThan(Math.log(1000));
      expect({ kind, wrong: split.wrong, mayPromote }).toEqual({
        ...{ kind: VerdictKind.Unmeasurable, wrong: true, mayPromote: false },
      });
      expect(reasons[0]).toMatch(
        /^the arms did not get the traffic that they should have earlier in this step/,
      );
    });

    it('also after a restart', () => {
      const { judge, nowMs } = mended();
      const state = JSON.parse(JSON.stringify(judge.toState())) as JudgeState;
      expect(Judge.restore(state).judge(nowMs)).toEqual(judge.judge(nowMs));
    });

    it('and in the next one while the evidence of all steps says so', () => {
      const judge = Judge.open({ settleMs: 0 });
      judge.beginStep({ kind: 'weight', share: 0.25, last: false }, start);
      const stream = { scenario: harmlessScenario, seed: 1, share: 0.4, fromMs: start };
      const nowMs = feed(judge, stream, 4_000);
      judge.beginStep(half, nowMs);
      const next = { ...stream, seed: 2, share: 0.5, fromMs: nowMs };
      expect(judge.judge(feed(judge, next, 4_000)).split.wrong).toBe(true);
    });

    it('and not in the next one where it has sunk, which counts nothing of the wrong one', () => {
      const { judge, nowMs } = mended();
      judge.beginStep(half, nowMs);
      const stream = { scenario: harmlessScenario, seed: 3, share: 0.5, fromMs: nowMs };
      const verdict = judge.judge(feed(judge, stream, 6_000));
      expect(verdict.kind).not.toBe(VerdictKind.Unmeasurable);
      for (const { check, samples } of verdict.evidence) {
        expect(samples.stable + samples.canary, check).toBeLessThanOrEqual(6_000);
      }
    });
  });

  it('when predictions are asked for and none can be read', () => {
    const { judge, nowMs } = judgeAfter(2000, {}, { checks: { predictions: {} } });
    expect(judge.judge(nowMs).reasons[0]).toMatch(/none of .* requests had a prediction/);
  });

  it('unless predictions are asked for only where they can be read: the rest is judged then', () => {
    const checks = { predictions: { onlyWhereReadable: true } };
    const { judge, nowMs } = judgeAfter(30_000, {}, { checks });
    const verdict = judge.judge(nowMs);
    expect(verdict.kind).toBe(VerdictKind.Safe);
    expect(verdict.evidence.map(({ check }) => check)).not.toContain(CheckName.Predictions);
  });

  it('is never said of a canary that gets its traffic', () => {
    const judge = Judge.open();
    judge.beginStep({ kind: 'weight', share: 0.1, last: false }, start);
    const stream = { scenario: harmlessScenario, seed: 1, share: 0.1, fromMs: start };
    expect(judge.judge(feed(judge, stream, 20_000)).split.wrong).toBe(false);
  });
});
