import { describe, expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import { CheckName, VerdictKind } from '../domain/evidence.js';
import { Random } from '../stats/random.js';
import { Judge } from './judge.js';
import type { PartialJudgeSettings } from './read-judge-settings.js';
import type { Extras } from './simulation/feed.js';
import { evidenceOf, half, judgeAfter, observation, start } from './simulation/judged.js';

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
    expect(mean.sentence).toMatch(/waits for 15 groups of users on the canary$/);
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
    const { kind, sentence } = judge.judge(nowMs);
    expect(kind).toBe(VerdictKind.Harm);
    expect(sentence).toMatch(
      /^The canary harms: canary is .+; approximate, as routing is sticky\.$/,
    );
  });

  it('says of every result that it is approximate; of other routing it says no such thing', () => {
    const checks = { timeouts: {}, predictions: {} } as const;
    const random = new Random(5);
    const extras: Extras = () => ({
      stickyHash: Math.floor(random.uniform() * 5000) * 7919,
      prediction: { kind: 'class', label: random.happens(0.3) ? 'yes' : 'no' },
    });
    const says = (sticky: boolean) => {
      const { judge, nowMs } = judgeAfter(6000, {}, { sticky, checks }, extras);
      const { evidence } = judge.judge(nowMs);
      return evidence.map(({ sentence }) => /; approximate, as routing is sticky$/.test(sentence));
    };
    expect(says(true)).toEqual(Array(7).fill(true));
    expect(says(false)).toEqual(Array(7).fill(false));
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
