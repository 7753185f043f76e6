import { describe, expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import { CheckName, VerdictKind } from '../domain/evidence.js';
import { Outcome, type Observation } from '../domain/observation.js';
import { Random } from '../stats/random.js';
import { Bucket } from './bucket.js';
import { frameOfSummary } from './bucket-frame.js';
import { Judge, type JudgeState } from './judge.js';
import type { PartialJudgeSettings } from './read-judge-settings.js';
import { feed, type Extras } from './simulation/feed.js';
import { evidenceOf, half, judgeAfter, observation, start } from './simulation/judged.js';
import { harmlessScenario } from './simulation/scenario.js';

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
    expect(last.judge(start)).toMatchObject({ requestsNeededAtLeast: 2_000 });
    expect(last.judge(start).requestsNeeded).toBeUndefined();
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

  it.each([0, 1000])(
    'counts answers that belong to a step that is over in that step, settling for %d ms',
    (settleMs) => {
      const judge = Judge.open({ settleMs, bucket: { requestsPerArm: 1, durationMs: 1000 } });
      judge.beginStep(half, start);
      judge.beginStep(half, start + 5000);
      // A bucket of the new step has closed, or settles: neither is where they belong.
      for (const arm of [Arm.Stable, Arm.Canary]) {
        judge.record(observation({ arm, startedAtMs: start + 5100 }));
      }
      judge.judge(start + 6001);
      const late = { arm: Arm.Canary, startedAtMs: start + 10, latencyMs: 6000 } as const;
      judge.record(observation({ ...late, outcome: Outcome.Timeout }));
      expect(judge.judge(start + 6010).judged.canary).toBe(settleMs === 0 ? 1 : 0);
      const { judged, step } = judge.judge(start + 7010);
      expect(judged).toEqual({ stable: 1, canary: 2 });
      expect(step).toMatchObject({ stable: 1, canary: 1 });
      expect(judge.tooLate).toBe(0);
      judge.record(observation({ startedAtMs: start - 1 }));
      expect(judge.tooLate, 'before the first step').toBe(1);
    },
  );

  it('finds a canary that hangs so long that every step is over before anybody gives up', () => {
    const judge = Judge.open();
    const [stepMs, hangMs, shares] = [20_000, 30_000, [0.1, 0.25, 0.5, 1]];
    const random = new Random(7);
    const answers: Observation[] = [];
    for (let ms = 0; ms < shares.length * stepMs; ms += 10) {
      const isCanary = random.happens(shares[Math.floor(ms / stepMs)] ?? 1);
      const hangs = isCanary && random.happens(0.03);
      const arm = isCanary ? Arm.Canary : Arm.Stable;
      const how = hangs ? { outcome: Outcome.Timeout, latencyMs: hangMs } : { latencyMs: 20 };
      answers.push(observation({ arm, startedAtMs: start + ms, ...how }));
    }
    const arrival = ({ startedAtMs, latencyMs }: Observation): number => startedAtMs + latencyMs;
    answers.sort((one, other) => arrival(one) - arrival(other));
    let [next, last] = [0, judge.judge(start)];
    for (let ms = 0; ms <= shares.length * stepMs && last.kind !== VerdictKind.Harm; ms += 500) {
      const step = ms / stepMs;
      if (Number.isInteger(step) && step < shares.length) {
        const share = shares[step] ?? 1;
        judge.beginStep({ kind: 'weight', share, last: share === 0.5 }, start + ms);
      }
      for (; next < answers.length && arrival(answers[next]!) <= start + ms; next += 1) {
        judge.record(answers[next]!);
      }
      last = judge.judge(start + ms);
    }
    expect(last.kind).toBe(VerdictKind.Harm);
    expect(last.reasons[0]).toMatch(/of the canary's requests fail|exceeds stable's p99/);
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
