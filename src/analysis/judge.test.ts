import { describe, expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import { CheckName, VerdictKind } from '../domain/evidence.js';
import { Outcome } from '../domain/observation.js';
import { harmGrid, oddsLogE, safeGrid } from '../stats/odds-evidence.js';
import { Random } from '../stats/random.js';
import { Bucket } from './bucket.js';
import { frameOfSummary } from './bucket-frame.js';
import { Judge, type JudgeState } from './judge.js';
import type { PartialJudgeSettings } from './read-judge-settings.js';
import { feed, type Extras } from './simulation/feed.js';
import { half, judgeAfter, observation, start } from './simulation/judged.js';
import { harmlessScenario } from './simulation/scenario.js';

const evidenceOf = (judge: Judge, nowMs: number, check: CheckName) =>
  judge.judge(nowMs).evidence.find((one) => one.check === check)!;

describe('a verdict', () => {
  it('calls a canary that is 30% slower harmful, and says so in words', () => {
    const { judge, nowMs } = judgeAfter(6000, { latencyFactor: 1.3 });
    const verdict = judge.judge(nowMs);
    expect(verdict.kind).toBe(VerdictKind.Harm);
    expect(verdict.meter).toBe(-100);
    expect(verdict.p).toBeLessThan(0.05);
    expect(verdict.mayPromote).toBe(false);
    const mean = evidenceOf(judge, nowMs, CheckName.LatencyMean);
    expect(mean.sentence).toMatch(
      /^canary is \d+% slower, between \d+% slower and \d+% slower; evidence .+ : 1 that it is more than 5% slower$/,
    );
    expect(mean.estimate?.value).toBeCloseTo(0.3, 1);
    expect(verdict.sentence).toContain('The canary harms');
  });

  it('calls a canary that fails ten times as often harmful, whatever the latency', () => {
    const { judge, nowMs } = judgeAfter(3000, { canaryErrors: 0.05 });
    const verdict = judge.judge(nowMs);
    expect(verdict.kind).toBe(VerdictKind.Harm);
    expect(verdict.reasons[0]).toMatch(
      /^\d\.\d% of the canary's requests fail, 0\.\d+% of stable's: \d+ times as often, (?:at least|between) \d.* more than 1\.25 times and 0\.1% of all more$/,
    );
  });

  it('says of rare errors how much worse the canary may still be', () => {
    const { judge, nowMs } = judgeAfter(4000);
    const { sentence, estimate } = evidenceOf(judge, nowMs, CheckName.Errors);
    expect(estimate?.high).toBeGreaterThan(2);
    expect(sentence).toMatch(/times as often, (?:at most|between .+ and) \d/);
  });

  it('lets a harmless canary be promoted once every gate has passed', () => {
    const { judge, nowMs } = judgeAfter(30_000);
    const verdict = judge.judge(nowMs);
    expect(verdict.kind).toBe(VerdictKind.Safe);
    expect(verdict.meter).toBeGreaterThan(60);
    expect(verdict.missing).toEqual([]);
    expect(verdict.mayPromote).toBe(true);
  });

  it('never promotes because of "no significant difference"', () => {
    const { judge, nowMs } = judgeAfter(1500);
    const verdict = judge.judge(nowMs);
    expect(verdict.kind).toBe(VerdictKind.Undecided);
    expect(verdict.mayPromote).toBe(false);
    expect(verdict.missing.map(({ check }) => check)).toContain(CheckName.Errors);
    expect(verdict.sentence).toContain('errors');
  });

  it('projects how many more requests an undecided gate needs', () => {
    const { judge, nowMs } = judgeAfter(8000);
    const verdict = judge.judge(nowMs);
    expect(verdict.kind).toBe(VerdictKind.Undecided);
    expect(verdict.requestsNeeded).toBeGreaterThan(0);
    expect(verdict.requestsNeeded).toBeLessThan(200_000);
    expect(verdict.sentence).toMatch(/not shown to be safe yet; about [\d,]+ more requests\.$/);
  });

  it('says how many requests it takes at least where not all of it can be told', () => {
    const last = Judge.open();
    last.beginStep(half, start);
    expect(last.judge(start).sentence).toMatch(/yet; 2,000 more requests at least\.$/);
    const middle = Judge.open();
    middle.beginStep({ ...half, last: false }, start);
    expect(middle.judge(start).sentence).toMatch(/more requests it takes cannot be told yet\.$/);
  });

  it('promotes in the last step only, and only after its minimum of requests', () => {
    const { judge, nowMs } = judgeAfter(30_000);
    judge.beginStep({ kind: 'weight', share: 0.5, last: false }, nowMs);
    expect(judge.judge(nowMs).mayPromote).toBe(false);
    judge.beginStep(half, nowMs);
    const verdict = judge.judge(nowMs);
    expect(verdict.kind).toBe(VerdictKind.Safe);
    expect(verdict.mayPromote).toBe(false);
  });

  it('stays harm once harm was shown, also when the canary recovers', () => {
    const { judge, nowMs } = judgeAfter(4000, { latencyFactor: 2 });
    const before = judge.judge(nowMs).reasons;
    const stream = { scenario: harmlessScenario, seed: 2, share: 0.5, fromMs: nowMs };
    const later = judge.judge(feed(judge, stream, 20_000));
    expect(later.kind).toBe(VerdictKind.Harm);
    expect(later.reasons).toEqual(before);
  });

  it('finds a regression that starts in a late step, after a long harmless past', () => {
    const { judge, nowMs } = judgeAfter(20_000);
    judge.beginStep(half, nowMs);
    const stream = { share: 0.5, seed: 3, fromMs: nowMs };
    const scenario = { ...harmlessScenario, latencyFactor: 1.5 };
    expect(judge.judge(feed(judge, { ...stream, scenario }, 8000)).kind).toBe(VerdictKind.Harm);
  });
});

describe('nothing can be said', () => {
  it('before the first step', () => {
    const verdict = Judge.open().judge(start);
    expect(verdict.kind).toBe(VerdictKind.Unmeasurable);
    expect(verdict.reasons).toEqual(['no step has begun']);
  });

  it.each([
    [0, 'the canary gets no requests in this step'],
    [1, 'stable gets no requests in this step'],
  ])('while the canary takes a share of %d', (share, reason) => {
    const judge = Judge.open();
    judge.beginStep({ kind: 'weight', share, last: false }, start);
    for (let index = 0; index < 100; index += 1) {
      judge.record(observation({ arm: share === 0 ? Arm.Stable : Arm.Canary }));
    }
    const verdict = judge.judge(start + 10_000);
    expect(verdict.kind).toBe(VerdictKind.Unmeasurable);
    expect(verdict.reasons).toEqual([reason]);
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

describe('after a restart', () => {
  it.each([1, 777, 1500, 4321])('the judge goes on as if nothing had been, cut after %d', (cut) => {
    const settings: PartialJudgeSettings = { sticky: true, checks: { predictions: {} } };
    const random = new Random(cut);
    const extras: Extras = (isCanary) => ({
      stickyHash: random.bits(),
      prediction: { kind: 'class', label: random.happens(isCanary ? 0.4 : 0.3) ? 'yes' : 'no' },
    });
    const { judge, nowMs } = judgeAfter(cut, {}, settings, extras);
    const json = JSON.stringify(judge.toState());
    const restored = Judge.restore(JSON.parse(json) as JudgeState);
    const stream = { scenario: harmlessScenario, seed: 9, share: 0.5, fromMs: nowMs };
    const go = (one: Judge): unknown => {
      const again = new Random(5);
      const later = feed(one, stream, 5000, 100, () => ({
        stickyHash: again.bits(),
        prediction: { kind: 'class', label: again.happens(0.3) ? 'yes' : 'no' },
      }));
      return [one.judge(later), one.toState()];
    };
    expect(go(restored)).toEqual(go(judge));
  });

  it('the state of another version is refused', () => {
    const state = { ...Judge.open().toState(), version: 2 as unknown as 3 };
    expect(() => Judge.restore(state)).toThrow('version 3');
  });
});

describe('the time', () => {
  it('may have been set back while the judge was away', () => {
    const { judge, nowMs } = judgeAfter(3000);
    const anHourAgo = nowMs - 3_600_000;
    const restored = Judge.restore(judge.toState());
    restored.beginStep(half, anHourAgo);
    for (const arm of [Arm.Stable, Arm.Canary]) {
      restored.record(observation({ arm, startedAtMs: anHourAgo + 1 }));
    }
    expect(restored.judge(anHourAgo + 10).step).toMatchObject({ stable: 1, canary: 1 });
    expect(restored.tooLate).toBe(0);
  });

  it('puts an answer that comes late into the bucket in which its request started', () => {
    const judge = Judge.open({ bucket: { requestsPerArm: 1, durationMs: 1000 } });
    judge.beginStep(half, start);
    judge.record(observation());
    judge.record(observation({ arm: Arm.Canary }));
    judge.tick(start + 1000);
    // The bucket is cut, and settles; this request started in it and timed out.
    judge.record(observation({ arm: Arm.Canary, outcome: Outcome.Timeout, latencyMs: 900 }));
    judge.record(observation({ arm: Arm.Canary, startedAtMs: start + 1500 }));
    expect(judge.judge(start + 1999).judged).toEqual({ stable: 0, canary: 0 });
    expect(judge.judge(start + 2000).judged).toEqual({ stable: 1, canary: 2 });
    expect(judge.judge(start + 2000).step).toMatchObject({ stable: 1, canary: 3 });
  });

  it('numbers answers that belong to a step that is over, and judges them not', () => {
    const judge = Judge.open({ settleMs: 0 });
    judge.beginStep(half, start);
    judge.beginStep(half, start + 5000);
    judge.record(observation());
    expect(judge.tooLate).toBe(1);
    expect(judge.judge(start + 5000).step).toMatchObject({ stable: 0, canary: 0 });
  });

  it('closes a bucket at the end of its step, whatever it holds', () => {
    const judge = Judge.open({ settleMs: 0 });
    judge.beginStep(half, start);
    judge.record(observation());
    judge.beginStep(half, start + 10);
    expect(judge.judge(start + 10).judged).toEqual({ stable: 1, canary: 0 });
  });

  it('closes a bucket with 20 requests an arm after 5 seconds, not before', () => {
    const judge = Judge.open({ settleMs: 0 });
    judge.beginStep(half, start);
    for (let index = 0; index < 20; index += 1) judge.record(observation());
    for (let index = 0; index < 19; index += 1) judge.record(observation({ arm: Arm.Canary }));
    expect(judge.judge(start + 5000).judged.stable).toBe(0);
    judge.record(observation({ arm: Arm.Canary }));
    expect(judge.judge(start + 5000).judged.stable).toBe(20);
    const early = Judge.open({ settleMs: 0 });
    early.beginStep(half, start);
    for (const arm of [Arm.Stable, Arm.Canary]) {
      for (let index = 0; index < 50; index += 1) early.record(observation({ arm }));
    }
    expect(early.judge(start + 4999).judged.stable).toBe(0);
  });
});

describe('sticky routing', () => {
  // Ten users only, each with a latency of its own: independent requests would be sure of anything.
  const users = (count: number): Extras => {
    const random = new Random(11);
    return () => ({ stickyHash: Math.floor(random.uniform() * count) * 7919 });
  };

  it('waits for 15 groups of users before it speaks about means, and says so', () => {
    const { judge, nowMs } = judgeAfter(20_000, { latencyFactor: 1.5 }, { sticky: true }, users(5));
    const mean = evidenceOf(judge, nowMs, CheckName.LatencyMean);
    expect(mean.harmLogE).toBe(0);
    expect(mean.sentence).toContain('waits for 15 groups of users');
    expect(mean.approximate).toBe(true);
  });

  it('waits for 15 groups of users before it speaks about errors, time-outs and tails', () => {
    const worse = { latencyFactor: 3, canaryErrors: 0.2 };
    const settings: PartialJudgeSettings = { sticky: true, checks: { timeouts: {} } };
    const few = judgeAfter(6000, worse, settings, users(5));
    const verdict = few.judge.judge(few.nowMs);
    expect(verdict.evidence.map(({ check }) => check)).toContain(CheckName.Timeouts);
    for (const { harmLogE, safeLogE = 0, sentence } of verdict.evidence) {
      expect([harmLogE, safeLogE]).toEqual([0, 0]);
      expect(sentence).toContain('waits for 15 groups of users');
    }
    const many = judgeAfter(6000, worse, settings, users(5000));
    for (const check of [CheckName.Errors, CheckName.LatencyP95]) {
      expect(evidenceOf(many.judge, many.nowMs, check).harmLogE).toBeGreaterThan(3);
    }
  });

  it('still finds a canary that is twice as slow for everyone', () => {
    const { judge, nowMs } = judgeAfter(6000, { latencyFactor: 2 }, { sticky: true }, users(5000));
    expect(judge.judge(nowMs).kind).toBe(VerdictKind.Harm);
  });

  it('is less sure when a few users make up most of the traffic', () => {
    const perUser = (judge: Judge): void => {
      judge.beginStep(half, start);
      const random = new Random(3);
      const level = Array.from({ length: 60 }, () => random.normal());
      for (let index = 0; index < 20_000; index += 1) {
        const user = Math.floor(random.uniform() * 60);
        const arm = user % 2 === 0 ? Arm.Canary : Arm.Stable;
        const latencyMs = Math.exp(3 + level[user]! + 0.1 * random.normal());
        const startedAtMs = start + index * 10;
        judge.record(observation({ arm, latencyMs, stickyHash: user * 40_503, startedAtMs }));
        if (index % 100 === 0) judge.tick(startedAtMs);
      }
    };
    const sticky = Judge.open({ sticky: true });
    const naive = Judge.open();
    perUser(sticky);
    perUser(naive);
    const phi = (judge: Judge): number =>
      evidenceOf(judge, start + 300_000, CheckName.LatencyMean).overdispersion;
    expect(phi(sticky)).toBeGreaterThan(20 * phi(naive));
  });
});

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

  it('have no bounds before the first has been compared', () => {
    expect(evidenceOf(after(0, 0), start, CheckName.Agreement).estimate).toBeUndefined();
  });
});

it('a bucket of another collector is added as if its requests had been seen here', () => {
  const both = Judge.open({ settleMs: 0 });
  const alone = Judge.open({ settleMs: 0 });
  for (const judge of [both, alone]) judge.beginStep(half, start);
  const random = new Random(1);
  const elsewhere = new Bucket(frameOfSummary(both.frame()!));
  for (let index = 0; index < 400; index += 1) {
    const one = observation({
      arm: random.happens(0.5) ? Arm.Canary : Arm.Stable,
      latencyMs: 10 + random.uniform(),
    });
    alone.record(one);
    if (index % 2 === 0) both.record(one);
    else elsewhere.record(one);
  }
  both.absorb(elsewhere.toSummary());
  const [seenBoth, seenAlone] = [both, alone].map((judge) => judge.judge(start + 5000));
  expect(seenBoth!.judged).toEqual(seenAlone!.judged);
  expect(seenBoth!.harmLogE).toBeCloseTo(seenAlone!.harmLogE, 9);
  expect(() => Judge.open().absorb(elsewhere.toSummary())).toThrow('an open step');
});

it('time-outs are judged on their own where that is asked for', () => {
  const judge = Judge.open({ checks: { timeouts: {} } });
  judge.beginStep(half, start);
  const random = new Random(1);
  for (let index = 0; index < 10_000; index += 1) {
    const arm = random.happens(0.5) ? Arm.Canary : Arm.Stable;
    const timedOut = random.happens(arm === Arm.Canary ? 0.05 : 0.005);
    const outcome = timedOut ? Outcome.Timeout : Outcome.Ok;
    judge.record(observation({ arm, outcome, startedAtMs: start + 10 * index }));
    if (index % 100 === 0) judge.tick(start + 10 * index);
  }
  const evidence = evidenceOf(judge, start + 200_000, CheckName.Timeouts);
  expect(evidence.verdict).toBe(VerdictKind.Harm);
  expect(evidence.sentence).toContain('time out');
});
