import { expect, test } from 'vitest';
import { Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import { toModelName, type RequestId, type VersionName } from '../../domain/ids.js';
import { toPercent } from '../../domain/share.js';
import { Split } from '../../traffic/in-process/split.js';
import { FaultInjector } from '../faults.js';
import { Protocol, type Answer } from '../upstream.js';
import { answerPrediction, type Attempt, type Witness } from './answer-prediction.js';
import { ServedModel, type ServedArm } from './served-model.js';

const request = {
  requestId: 'r1' as RequestId,
  protocol: Protocol.Predict,
  path: '/predict',
  headers: {},
  body: Buffer.from('{}'),
  arrivedAtMs: 0,
};
const closed = new SerinError('upstream-unavailable', { found: 'a version that is closed' });

test('when stable fails because another version took its place, that one answers', async () => {
  const model = modelOf(
    arm('1', () => {
      model.stable = arm('2', () => 'from 2');
      throw closed;
    }),
  );
  const { answer, version, fallback } = await answered(model);
  expect({ body: answer.body, version, fallback }).toEqual({
    body: 'from 2',
    version: '2',
    fallback: false,
  });
  expect(told).toEqual([{ arm: Arm.Stable, version: '2', failed: false }]);
});

test('so it is when stable answers in place of a canary that failed', async () => {
  const model = modelOf(
    arm('1', () => {
      model.stable = arm('3', () => 'from 3');
      throw closed;
    }),
  );
  model.canary = arm('2', () => {
    throw new SerinError('upstream-failed');
  });
  model.split.setWeight(toPercent(100));
  expect(await answered(model)).toMatchObject({ version: '3', fallback: true });
});

test('a stable that fails and is still stable is not asked twice', async () => {
  let asked = 0;
  const model = modelOf(
    arm('1', () => {
      asked += 1;
      throw closed;
    }),
  );
  await expect(answered(model)).rejects.toMatchObject({ code: closed.code });
  expect(asked).toBe(1);
});

let told: { arm: Arm; version: string; failed: boolean }[] = [];

function answered(model: ServedModel): ReturnType<typeof answerPrediction> {
  told = [];
  const witness: Witness = {
    observed: () => undefined,
    attempted: ({ arm: which, version, failure }: Attempt) => {
      told.push({ arm: which, version, failed: failure !== undefined });
    },
    answered: () => undefined,
    shadowed: () => undefined,
    shadowShed: () => undefined,
  };
  return answerPrediction(model, request, witness, { monotonicMs: () => 0, wallMs: () => 0 });
}

function modelOf(stable: ServedArm): ServedModel {
  const name = toModelName('churn');
  const model = new ServedModel(name, new Split(name, () => 0.5));
  model.stable = stable;
  return model;
}

function arm(name: string, answer: () => string): ServedArm {
  const version = {
    kind: 'http',
    model: toModelName('churn'),
    version: name as VersionName,
    url: 'http://127.0.0.1:9',
  } as const;
  return {
    upstream: {
      version,
      isReady: () => true,
      answer: async (): Promise<Answer> => {
        await Promise.resolve();
        return { status: 200, headers: {}, body: answer(), rows: 1 };
      },
      close: () => Promise.resolve(),
    },
    faults: new FaultInjector(() => 0.5),
    crash: undefined,
    leak: undefined,
    process: undefined,
  };
}
