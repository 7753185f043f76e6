import { expect, test } from 'vitest';
import { Arm } from '../domain/arm.js';
import { Outcome, type Observation } from '../domain/observation.js';
import { Random } from '../stats/random.js';
import { Judge, type JudgeState } from './judge.js';

const start = 1_700_000_000_000;

/** Every check, 1,000 labels of 64 letters, and so many requests in each of so many steps. */
function judgeAfter(steps: number, requestsPerStep: number): Judge {
  const judge = Judge.open({
    sticky: true,
    settleMs: 0,
    checks: { timeouts: {}, predictions: {}, agreement: {}, feedback: {} },
  });
  const random = new Random(1);
  let nowMs = start;
  for (let step = 0; step < steps; step += 1) {
    judge.beginStep({ kind: 'weight', share: 0.5, last: step === steps - 1 }, nowMs);
    for (let index = 0; index < requestsPerStep; index += 1) {
      const arm = random.happens(0.5) ? Arm.Canary : Arm.Stable;
      const label = `${Math.floor(1000 * random.uniform())}`.padStart(64, 'x');
      const observation: Observation = {
        requestId: 'r' as Observation['requestId'],
        startedAtMs: nowMs,
        arm,
        latencyMs: Math.exp(3 + random.normal() / 2),
        outcome: random.happens(0.02) ? Outcome.Timeout : Outcome.Ok,
        prediction: { kind: 'class', label },
        stickyHash: random.bits(),
      };
      judge.record(observation);
      judge.recordFeedback(arm, +random.happens(0.9));
      judge.recordPair(random.happens(0.9));
      if (index % 100 === 99) judge.tick((nowMs += 6000));
    }
  }
  return judge;
}

const kibPerArm = (judge: Judge) => Buffer.byteLength(JSON.stringify(judge.toState())) / 1024 / 2;

test('what the judge remembers of the longest strategy takes less than 64 KiB an arm', () => {
  expect(kibPerArm(judgeAfter(50, 400))).toBeLessThan(64);
});

test('what the judge remembers does not grow with the requests of its steps', () => {
  const once = kibPerArm(judgeAfter(2, 2_000));
  expect(kibPerArm(judgeAfter(2, 20_000))).toBeLessThan(1.1 * once);
});

test('a judge that comes back from JSON remembers every sum of every step', () => {
  const judge = judgeAfter(3, 400);
  const restored = Judge.restore(JSON.parse(JSON.stringify(judge.toState())) as JudgeState);
  expect(restored.toState()).toEqual(judge.toState());
  expect(restored.judge(start + 1e9)).toEqual(judge.judge(start + 1e9));
});
