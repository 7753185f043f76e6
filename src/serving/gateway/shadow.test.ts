import { expect, test } from 'vitest';
import { Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import { toModelName, type RequestId, type VersionName } from '../../domain/ids.js';
import type { Prediction } from '../../domain/observation.js';
import { toPercent } from '../../domain/share.js';
import { Split } from '../../traffic/in-process/split.js';
import { FaultInjector } from '../faults.js';
import { Protocol, type Answer, type Call } from '../upstream.js';
import { answerPrediction, type PredictionRequest, type Witness } from './answer-prediction.js';
import { ServedModel, type ServedArm } from './served-model.js';
import type { ShadowPair } from './shadow-pair.js';
import { Shadow, type ShadowOptions } from './shadow.js';

test('the user has the answer before the copy is begun', async () => {
  const { model, asked, pairs } = shadowed();
  const { answer } = await ask(model);
  // However many turns the promises of the answer take, the copy comes after them.
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
  expect({ body: answer.body, asked: asked.length }).toEqual({ body: 'from 1', asked: 0 });
  await settled(model);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    arm: Arm.Canary,
    requestId: 'r1',
    headers: { 'x-user': 'ann' },
    arrivedAtMs: 7,
    isCopy: true,
  });
  expect(pairs).toMatchObject([
    { agree: true, canary: { arm: Arm.Canary, outcome: 'ok', requestId: 'r1' } },
  ]);
});

test('without a shadow nothing is copied', async () => {
  const { model, asked } = shadowed();
  model.shadow = undefined;
  await ask(model);
  await settled(model);
  expect(asked).toEqual([]);
});

test('the share of requests that is meant is copied', async () => {
  const draws = [0, 0.1, 0.2499, 0.25, 0.9];
  const { model, asked } = shadowed({
    percent: toPercent(25),
    random: () => draws.shift() ?? 0.5,
  });
  for (let i = 0; i < 5; i += 1) await ask(model);
  await settled(model);
  expect(asked).toHaveLength(3);
});

test('a canary that does not answer is sent no more copies than are allowed, and users wait for none', async () => {
  const { model, asked, shed, pairs, answerCopies } = shadowed({
    limits: { maxInFlight: 3 },
    hold: true,
  });
  for (let i = 0; i < 10; i += 1) await ask(model);
  await turn();
  expect({ asked: asked.length, shed }).toEqual({ asked: 3, shed: Array(7).fill('in-flight') });
  expect(model.shadow?.inFlight).toBe(3);
  answerCopies();
  await settled(model);
  expect(pairs).toHaveLength(3);
  await ask(model);
  await turn();
  expect(asked).toHaveLength(4);
});

test('copies under way hold no more bytes than they may', async () => {
  const { model, asked, shed } = shadowed({ limits: { maxBytes: 250 }, hold: true });
  const body = Buffer.alloc(100);
  for (let i = 0; i < 3; i += 1) await ask(model, { body });
  await turn();
  expect({ asked: asked.length, shed }).toEqual({ asked: 2, shed: ['bytes'] });
});

test('a busy gateway makes one copy in a while, and drops the others', async () => {
  let nowMs = 0;
  const { model, asked, shed } = shadowed({
    isBusy: () => true,
    clocks: { monotonicMs: () => nowMs, wallMs: () => 0 },
    limits: { busyEveryMs: 100 },
  });
  for (nowMs = 0; nowMs < 300; nowMs += 10) await ask(model);
  await settled(model);
  expect({ asked: asked.length, shed: shed.length }).toEqual({ asked: 3, shed: 27 });
  expect(new Set(shed)).toEqual(new Set(['busy']));
});

test('a copy that fails is a failure of the canary, and no disagreement', async () => {
  const { model, pairs } = shadowed({
    canary: () => {
      throw new SerinError('upstream-timeout');
    },
  });
  expect((await ask(model)).answer.body).toBe('from 1');
  await settled(model);
  expect(pairs).toMatchObject([{ agree: undefined, canary: { outcome: 'timeout' } }]);
});

test('a canary that refuses what stable understood has failed', async () => {
  const { model, pairs } = shadowed({
    canary: () => {
      throw new SerinError('invalid-input');
    },
  });
  await ask(model);
  await settled(model);
  expect(pairs).toMatchObject([{ agree: undefined, canary: { outcome: 'error' } }]);
});

test('a request that stable fails is copied, too, so that both fail on equal terms', async () => {
  const { model, pairs } = shadowed({
    canary: () => {
      throw new SerinError('upstream-failed');
    },
  });
  model.stable = arm('1', () => Promise.reject(new SerinError('upstream-timeout')));
  await expect(ask(model)).rejects.toThrow(SerinError);
  await settled(model);
  expect(pairs).toMatchObject([
    { agree: undefined, stable: { outcome: 'timeout' }, canary: { outcome: 'error' } },
  ]);
});

test("a request that is the client's mistake is not copied", async () => {
  const { model, asked } = shadowed();
  model.stable = arm('1', () => Promise.reject(new SerinError('invalid-input')));
  await expect(ask(model)).rejects.toThrow(SerinError);
  await settled(model);
  expect(asked).toEqual([]);
});

test('classes that differ disagree', async () => {
  const { model, pairs } = shadowed({ canary: () => answerOf({ kind: 'class', label: 'other' }) });
  await ask(model);
  await settled(model);
  expect(pairs).toMatchObject([{ agree: false }]);
});

test('whatever goes wrong while a pair is told reaches a person, and no user', async () => {
  const warned: string[] = [];
  const { model } = shadowed({
    witness: {
      shadowed: () => {
        throw new Error('no room');
      },
      shadowShed: () => undefined,
    },
    warn: (message) => warned.push(message),
  });
  expect((await ask(model)).answer.body).toBe('from 1');
  await settled(model);
  expect(warned).toEqual(['a shadow copy of churn was lost']);
});

test('a canary that is rolled back gets no copy any more, and what it still answers counts for nothing', async () => {
  const { model, asked, shed, pairs, answerCopies } = shadowed({ hold: true });
  const { shadow } = model;
  await ask(model);
  await turn();
  await ask(model);
  model.canary = undefined;
  model.shadow = undefined;
  await turn();
  answerCopies();
  await settled(model, shadow);
  expect({ asked: asked.length, shed, pairs }).toEqual({
    asked: 1,
    shed: ['stopped', 'stopped'],
    pairs: [],
  });
});

test('what the canary answered itself, or stable in its place, is not copied', async () => {
  let isWorking = true;
  const { model, asked } = shadowed({
    canary: () => {
      if (isWorking) return answerOf(yes);
      throw new SerinError('upstream-failed');
    },
  });
  model.split.setWeight(toPercent(100));
  expect((await ask(model)).answeredBy).toBe(Arm.Canary);
  isWorking = false;
  expect((await ask(model)).fallback).toBe(true);
  await settled(model);
  expect(asked).toHaveLength(2);
});

const yes: Prediction = { kind: 'class', label: 'yes' };

interface Wishes extends Partial<ShadowOptions> {
  /** Copies are answered when `answerCopies` is called. */
  readonly hold?: boolean;
  readonly canary?: () => Answer;
}

function shadowed({ hold = false, canary = () => answerOf(yes), ...wishes }: Wishes = {}) {
  const asked: Call[] = [];
  const pairs: ShadowPair[] = [];
  const shed: string[] = [];
  const waiting: (() => void)[] = [];
  const name = toModelName('churn');
  const model = new ServedModel(name, new Split(name, () => 0.5));
  model.stable = arm('1', () => Promise.resolve(answerOf(yes, 'from 1')));
  model.canary = arm('2', async (call) => {
    asked.push(call);
    if (hold) await new Promise<void>((resolve) => waiting.push(resolve));
    return canary();
  });
  model.shadow = new Shadow({
    model,
    percent: toPercent(100),
    random: () => 0,
    clocks: { monotonicMs: () => 7, wallMs: () => 0 },
    witness: {
      shadowed: (_model, pair) => pairs.push(pair),
      shadowShed: (_model, why) => shed.push(why),
    },
    warn: (message) => {
      throw new Error(message);
    },
    isBusy: () => false,
    ...wishes,
  });
  const answerCopies = (): void => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { model, asked, pairs, shed, answerCopies };
}

const nobody: Witness = {
  observed: () => undefined,
  attempted: () => undefined,
  answered: () => undefined,
  shadowed: () => undefined,
  shadowShed: () => undefined,
};

function ask(model: ServedModel, wishes: Partial<PredictionRequest> = {}) {
  const request: PredictionRequest = {
    requestId: 'r1' as RequestId,
    protocol: Protocol.Predict,
    path: '/predict',
    headers: { 'x-user': 'ann' },
    body: Buffer.from('{}'),
    arrivedAtMs: 0,
    ...wishes,
  };
  return answerPrediction(model, request, nobody, { monotonicMs: () => 0, wallMs: () => 0 });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function settled({ shadow: now }: ServedModel, shadow = now): Promise<void> {
  await turn();
  while ((shadow?.inFlight ?? 0) > 0) await turn();
}

function answerOf(prediction: Prediction, body = 'from 2'): Answer {
  return { status: 200, headers: {}, body, rows: 1, prediction };
}

function arm(name: string, answer: (call: Call) => Promise<Answer>): ServedArm {
  const version = {
    kind: 'http',
    model: toModelName('churn'),
    version: name as VersionName,
    url: 'http://127.0.0.1:9',
  } as const;
  return {
    upstream: { version, isReady: () => true, answer, close: () => Promise.resolve() },
    faults: new FaultInjector(() => 0.5),
    crash: undefined,
    leak: undefined,
    process: undefined,
  };
}
