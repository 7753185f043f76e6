import { expect, test } from 'vitest';
import { Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import type { ModelName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import type { Attempt } from '../../serving/gateway/answer-prediction.js';
import { ServedModel } from '../../serving/gateway/served-model.js';
import { Split } from '../../traffic/in-process/split.js';
import { FastFail } from './fast-fail.js';
import type { Measured } from './judging.js';

const churn = 'churn' as ModelName;
const model = new ServedModel(churn, new Split(churn, () => 0));
const beganAtMs = 10_000;

/** A rollout that is measured since `beganAtMs`, and what it is told. */
function measuredRollout() {
  const rules: string[] = [];
  const measured = {
    of: {
      rolloutId: 'r-1' as RolloutId,
      strategy: { model: model.name, fastFail: { consecutiveErrors: 3 } },
    },
    stretch: { entry: 1 },
    sinceMs: beganAtMs,
  } as Measured;
  const fastFail = new FastFail(
    { model: () => model },
    { measured: () => [measured] },
    {
      tell: (_id, body) => {
        if (body.type === 'fast-failed') rules.push(body.rule);
        return Promise.resolve();
      },
      warn: (message) => expect.unreachable(message),
    },
  );
  const fails = (
    code: 'output-not-finite' | 'upstream-failed',
    startedAtMs: number,
    fields = {},
  ): void =>
    fastFail.attempted({
      model,
      arm: Arm.Canary,
      startedAtMs,
      failure: new SerinError(code, { fields }),
    } as Attempt);
  return { rules, fails };
}

test('a request that was asked of the canary before does not roll the new one back', () => {
  const { rules, fails } = measuredRollout();
  fails('output-not-finite', beganAtMs - 1);
  for (let i = 0; i < 3; i++) fails('upstream-failed', beganAtMs - 1);
  expect(rules).toEqual([]);
});

test('a question that is no number itself says nothing of the canary', () => {
  const { rules, fails } = measuredRollout();
  for (let i = 0; i < 4; i++) fails('output-not-finite', beganAtMs, { inputsAreFinite: false });
  expect(rules).toEqual([]);
  fails('output-not-finite', beganAtMs, { inputsAreFinite: true });
  expect(rules).toEqual(['non-finite-output']);
});

test('one answer that is not a number rolls back, and so do failures in a row', () => {
  const { rules, fails } = measuredRollout();
  for (let i = 0; i < 2; i++) fails('upstream-failed', beganAtMs);
  expect(rules).toEqual([]);
  fails('upstream-failed', beganAtMs);
  fails('output-not-finite', beganAtMs);
  expect(rules).toEqual(['consecutive-failures', 'non-finite-output']);
});
