import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { PartialJudgeSettings } from '../analysis/read-judge-settings.js';
import { Arm } from '../domain/arm.js';
import { CheckName } from '../domain/evidence.js';
import { toModelName, type RequestId } from '../domain/ids.js';
import { Outcome, type Observation } from '../domain/observation.js';
import type { RolloutId } from '../domain/rollout-id.js';
import { toPercent, toShare } from '../domain/share.js';
import { ServedModel } from '../serving/gateway/served-model.js';
import { openDatabase } from '../store/sqlite/database.js';
import { SqliteJudgeStates } from '../store/sqlite/judge-states.js';
import { Split } from '../traffic/in-process/split.js';
import { AnswersToJudge } from './answers-to-judge.js';
import { Comparisons } from './comparisons.js';

/** A server as far as its comparisons go; those that share a folder come one after the other. */
class Server {
  readonly model = new ServedModel(toModelName('churn'), new Split('churn', () => 0.5));
  readonly answers = new AnswersToJudge(1_000);
  readonly comparisons: Comparisons;
  nowMs: number;

  constructor(folder: string, nowMs = 0, warn = refuseWarning) {
    this.nowMs = nowMs;
    this.model.split.setWeight(toPercent(10));
    this.comparisons = new Comparisons({
      wallMs: () => this.nowMs,
      states: new SqliteJudgeStates(openDatabase(folder), 1_000),
      answers: this.answers,
      warn,
    });
  }

  answer(id: string, arm: Arm = Arm.Stable, startedAtMs = this.nowMs): void {
    const requestId = id as RequestId;
    const prediction = { kind: 'score', value: 0.9 } as const;
    this.comparisons.remember(this.model, { requestId, arm, prediction, startedAtMs });
  }

  label(id: string, label = 1) {
    return this.comparisons.judgeAnswer(id as RequestId, { label }, { stable: [], canary: [] });
  }

  setWeight(percent: number): void {
    this.nowMs += 1_000;
    this.model.split.setWeight(toPercent(percent));
    this.comparisons.weightChanged(this.model);
  }

  get feedback() {
    const verdict = this.comparisons.verdict(this.model);
    return verdict?.evidence.find(({ check }) => check === CheckName.Feedback);
  }
}

function refuseWarning(message: string): void {
  throw new Error(message);
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'serin-comparisons-'));

function serverWithCanary(folder = newFolder()): Server {
  const server = new Server(folder);
  server.comparisons.begin(server.model, {});
  return server;
}

/** Answers of both arms, in a step. */
function answerBoth(server: Server, prefix: string): void {
  for (let n = 0; n < 20; n += 1) {
    server.answer(`${prefix}s${n}`, Arm.Stable);
    server.answer(`${prefix}c${n}`, Arm.Canary);
  }
}

function labelBoth(server: Server, prefix: string): void {
  for (let n = 0; n < 20; n += 1) {
    expect(server.label(`${prefix}s${n}`)).toBe('counted');
    expect(server.label(`${prefix}c${n}`, 0)).toBe('counted');
  }
}

test('a label that comes after the weight has changed counts, once', () => {
  const server = serverWithCanary();
  answerBoth(server, 'a');
  server.setWeight(25);
  server.setWeight(50);
  answerBoth(server, 'b');
  labelBoth(server, 'b');
  labelBoth(server, 'a');
  expect(server.label('as0')).toBe('known');
  expect(server.feedback?.samples).toEqual({ stable: 40, canary: 40 });
});

test('labels of two weights are not put together', () => {
  const server = serverWithCanary();
  answerBoth(server, 'a');
  server.setWeight(50);
  answerBoth(server, 'b');
  // Half a bucket of each step: together they would be a whole one.
  for (let n = 0; n < 10; n += 1) {
    for (const id of [`as${n}`, `ac${n}`, `bs${n}`, `bc${n}`]) server.label(id);
  }
  expect(server.feedback?.samples).toEqual({ stable: 0, canary: 0 });
  // The second half of the older step completes its bucket.
  for (let n = 10; n < 20; n += 1) for (const id of [`as${n}`, `ac${n}`]) server.label(id);
  expect(server.feedback?.samples).toEqual({ stable: 20, canary: 20 });
});

test('an answer that was under way while the weight changed belongs to the step of its start', () => {
  const server = serverWithCanary();
  server.setWeight(50);
  server.answer('late', Arm.Stable, server.nowMs - 1);
  server.answer('before', Arm.Stable, -1);
  expect(server.answers.find('late' as RequestId)?.step).toBe(0);
  expect(server.label('before')).toBe('unknown');
});

test('answers wait for their feedback over a restart and a change of weight', () => {
  const folder = newFolder();
  const before = serverWithCanary(folder);
  answerBoth(before, 'a');
  before.label('as0');
  before.comparisons.save();
  const after = new Server(folder, 60_000);
  after.comparisons.resume(after.model);
  after.setWeight(50);
  expect(after.label('as0')).toBe('known');
  for (let n = 1; n < 20; n += 1) expect(after.label(`as${n}`)).toBe('counted');
  for (let n = 0; n < 20; n += 1) expect(after.label(`ac${n}`)).toBe('counted');
  // The label from before the restart completes the bucket.
  expect(after.feedback?.samples).toEqual({ stable: 20, canary: 20 });
});

test('what is killed loses what came since it was saved, and counts nothing twice', () => {
  const folder = newFolder();
  const killed = serverWithCanary(folder);
  killed.answer('saved');
  killed.answer('counted');
  killed.label('counted');
  killed.comparisons.save();
  killed.answer('lost');
  killed.label('saved');
  const after = new Server(folder, 60_000);
  after.comparisons.resume(after.model);
  expect(after.label('counted')).toBe('known');
  expect(after.label('lost')).toBe('unknown');
  // Its label was lost together with the note that it had come: sent again, it counts.
  expect(after.label('saved')).toBe('counted');
});

test('feedback on the answers of one canary does not count for the next one', () => {
  const folder = newFolder();
  const server = serverWithCanary(folder);
  server.answer('a');
  server.comparisons.save();
  server.comparisons.end(server.model);
  server.comparisons.begin(server.model, {});
  expect(server.label('a')).toBe('unknown');
  server.comparisons.save();
  const after = new Server(folder, 60_000);
  after.comparisons.resume(after.model);
  expect(after.label('a')).toBe('unknown');
});

test('where nobody asks for feedback, no answer is remembered', () => {
  const server = new Server(newFolder());
  server.comparisons.begin(server.model, { checks: { feedback: null } });
  server.answer('a');
  expect(server.label('a')).toBe('unknown');
});

/** Copies that the canary got wrong, of requests that stable got right. */
function shadow(server: Server, prefix: string, pairs: number): void {
  const { comparisons, model, nowMs } = server;
  for (let n = 0; n < pairs; n += 1) {
    server.answer(`${prefix}${n}`);
    const canary: Observation = {
      requestId: `${prefix}${n}` as RequestId,
      startedAtMs: nowMs,
      arm: Arm.Canary,
      latencyMs: 5,
      outcome: Outcome.Ok,
      prediction: { kind: 'score', value: 0.1 },
    };
    const stable: Observation = {
      ...canary,
      arm: Arm.Stable,
      prediction: { kind: 'score', value: 0.9 },
    };
    comparisons.recordPair(model, { stable, canary, agree: false, difference: undefined });
  }
}

/** A server in a shadow step of a rollout. */
function shadowing(settings: PartialJudgeSettings, folder = newFolder()): Server {
  const server = new Server(folder);
  server.comparisons.begin(server.model, settings, 'r-1' as RolloutId);
  const plan = { kind: 'shadow', share: toShare(toPercent(100)), last: false } as const;
  server.comparisons.openStep(server.model, plan, settings);
  return server;
}

const byPairs: PartialJudgeSettings = {
  checks: { feedback: { measure: 'labelled-pairs', tolerance: 0.25 } },
};

test('of many answers most are saved as they come, without the feedback that nothing has counted yet', () => {
  const folder = newFolder();
  const killed = serverWithCanary(folder);
  for (let n = 0; n < 999; n += 1) killed.answer(`old${n}`);
  killed.answer('early');
  killed.comparisons.save();
  for (let n = 0; n < 1_000; n += 1) killed.answer(`new${n}`);
  expect(killed.label('new999')).toBe('counted');
  for (let n = 0; n < 10; n += 1) killed.answer(`last${n}`);
  const after = new Server(folder, 60_000);
  after.comparisons.resume(after.model);
  expect(after.label('new998')).toBe('counted');
  expect(after.label('last9')).toBe('unknown');
  // The judge that had counted it is gone, so it counts now, once.
  expect(after.label('new999')).toBe('counted');
  expect(after.label('new999')).toBe('known');
});

test('a label of a shadowed request is evidence about both answers, late and over a restart', () => {
  const folder = newFolder();
  const before = shadowing(byPairs, folder);
  shadow(before, 'p', 40);
  before.answer('alone');
  expect(() => before.label('alone')).toThrow(/both arms answered/);
  for (let n = 0; n < 10; n += 1) expect(before.label(`p${n}`)).toBe('counted');
  before.comparisons.save();
  const after = new Server(folder, 60_000);
  after.comparisons.resume(after.model, 'r-1' as RolloutId);
  const plan = { kind: 'weight', share: toShare(toPercent(10)), last: true } as const;
  after.comparisons.openStep(after.model, plan, byPairs);
  expect(after.label('p0')).toBe('known');
  for (let n = 10; n < 40; n += 1) expect(after.label(`p${n}`)).toBe('counted');
  expect(after.feedback).toMatchObject({
    verdict: 'harm',
    shown: { canaryWrong: 40, stableWrong: 0 },
  });
});

test('a label of a shadowed request counts for the accuracy of both arms', () => {
  const server = shadowing({ checks: { feedback: {} } });
  shadow(server, 'p', 100);
  for (let n = 0; n < 100; n += 1) expect(server.label(`p${n}`)).toBe('counted');
  expect(server.feedback?.samples).toEqual({ stable: 100, canary: 100 });
  expect(server.feedback?.estimate?.value).toBe(-1);
});

test('a rollout whose judge cannot be read after a restart is judged by its own settings', () => {
  const folder = newFolder();
  const states = new SqliteJudgeStates(openDatabase(folder), 1_000);
  states.save(toModelName('churn'), 'no judge at all');
  const warnings: string[] = [];
  const server = new Server(folder, 0, (message) => warnings.push(message));
  const { comparisons, model } = server;
  comparisons.resume(model, 'r-1' as RolloutId);
  expect(warnings).toEqual(['the judge starts anew, as what it knew cannot be read']);
  const plan = { kind: 'weight', share: toShare(toPercent(10)), last: false } as const;
  comparisons.openStep(model, plan, { alpha: 0.01 });
  expect(comparisons.of(model)?.judge.settings.alpha).toBe(0.01);
  // The next step goes on with what is known.
  comparisons.openStep(model, plan, { alpha: 0.2 });
  expect(comparisons.of(model)).toMatchObject({
    rollout: 'r-1',
    judge: { settings: { alpha: 0.01 } },
  });
});

const shadowStep = { kind: 'shadow', share: toShare(toPercent(100)), last: false } as const;

function seen(arm: Arm, startedAtMs: number, latencyMs: number): Observation {
  const requestId = 'r' as RequestId;
  return { requestId, startedAtMs, arm, latencyMs, outcome: Outcome.Ok };
}

function copied(server: Server, startedAtMs: number, stableMs: number, canaryMs: number): void {
  server.comparisons.recordPair(server.model, {
    stable: seen(Arm.Stable, startedAtMs, stableMs),
    // The copy is begun when stable has answered.
    canary: seen(Arm.Canary, startedAtMs + stableMs, canaryMs),
    agree: true,
    difference: undefined,
  });
}

test("in a shadow step only requests that both arms had are compared: a canary that is twice as slow is found, though its copies are made at stable's calm moments", () => {
  const server = shadowing({});
  const { comparisons, model } = server;
  for (let second = 0; second < 60; second += 1) {
    server.nowMs += 1_000;
    const startedAtMs = server.nowMs - 500;
    for (let n = 0; n < 20; n += 1) {
      // At busy moments stable takes 40 ms and no copy is made.
      for (let busy = 0; busy < 4; busy += 1) {
        comparisons.record(model, seen(Arm.Stable, startedAtMs, 40 + n));
      }
      copied(server, startedAtMs, 10 + n / 10, 20 + n / 5);
    }
    comparisons.tick();
  }
  const verdict = comparisons.verdict(model);
  expect(verdict?.kind).toBe('harm');
  expect(verdict?.step).toMatchObject({ share: 0.5, stable: 1_200, canary: 1_200 });
  expect(comparisons.of(model)?.shadow.differences.latencyRatio()?.ratio).toBeCloseTo(2, 9);
  expect(comparisons.of(model)).toMatchObject({
    stable: { requests: 1_200 },
    canary: { requests: 1_200 },
  });
});

test('a pair whose request started before its step counts for nothing', () => {
  const server = shadowing({});
  copied(server, -5, 10, 20);
  expect(server.comparisons.of(server.model)).toMatchObject({
    shadow: { pairs: 0 },
    stable: { requests: 0 },
    canary: { requests: 0 },
  });
});

test('what pairs said is there again after a restart, and in the next step', () => {
  const folder = newFolder();
  const before = shadowing({}, folder);
  for (let n = 0; n < 3; n += 1) copied(before, 0, 10, 30);
  before.comparisons.save();
  const after = new Server(folder, 60_000);
  after.comparisons.resume(after.model, 'r-1' as RolloutId);
  after.comparisons.openStep(after.model, { ...shadowStep, kind: 'weight' }, {});
  const shadow = after.comparisons.of(after.model)?.shadow;
  expect(shadow?.agreed).toBe(3);
  expect(shadow?.differences.latencyRatio()?.ratio).toBeCloseTo(3, 12);
  // The next canary begins with none.
  after.comparisons.begin(after.model, {}, 'r-2' as RolloutId);
  expect(after.comparisons.of(after.model)?.shadow.pairs).toBe(0);
});
