import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OnnxVersion } from '../../../src/domain/version.js';
import { readLocalModel } from '../../../src/gates/loadtest/inputs/local-model.js';
import { loadTestUpstream } from '../../../src/gates/loadtest/load-test-upstream.js';
import type { LoadPlan } from '../../../src/gates/loadtest/plan.js';
import { parseThreshold } from '../../../src/gates/loadtest/thresholds/parse-threshold.js';
import type { ServedArm } from '../../../src/serving/gateway/served-model.js';
import { launcher } from '../../../src/serving/launch-arm.js';
import { sampleModels } from '../running-server.js';

const plan: LoadPlan = {
  load: { kind: 'open', fromPerSecond: 200, toPerSecond: 200 },
  warmUpMs: 0,
  durationMs: 600,
  timeoutMs: 20_000,
  thresholds: [parseThreshold('errors<=0')],
  stopEarly: false,
  seed: 1,
};

let version: OnnxVersion;
let arm: ServedArm;

beforeAll(async () => {
  version = (await readLocalModel(join(sampleModels, 'churn', '2')))!;
  const settings = {
    requestTimeoutMs: 20_000,
    startDeadlineMs: 60_000,
    runnerMemoryBytes: undefined,
  };
  arm = await launcher(settings, Math.random, () => undefined)(version);
});
afterAll(() => arm.upstream.close());

describe('a version in a runner, under load before it has traffic', () => {
  test('answers its golden rows', async () => {
    const { target, thresholds } = await loadTestUpstream({
      version,
      upstream: arm.upstream,
      plan,
    });
    expect(target).toMatchObject({ name: 'churn/2', requests: 120, good: 120, failures: [] });
    expect(thresholds[0]?.kept).toBe(true);
  });

  test('is compared with stable, of which only the form of answers is asked', async () => {
    const stable = { name: 'churn/1', upstream: arm.upstream };
    const order = { version, upstream: arm.upstream, stable, plan };
    const result = await loadTestUpstream(order);
    expect(result.target.good + result.stable!.good).toBe(120);
    expect(result.verdict).not.toBeNull();
  });

  test('that fails is said in the words that a client would read', async () => {
    arm.faults.plan = { errorShare: 1 };
    const { target } = await loadTestUpstream({ version, upstream: arm.upstream, plan });
    arm.faults.plan = {};
    expect(target.good).toBe(0);
    expect(target.failures[0]).toMatchObject({ kind: 'status', count: 120 });
    expect(target.failures[0]?.words).toMatch(/^status 50\d: /);
  });

  test('that predicts something else than its golden rows is caught', async () => {
    arm.faults.plan = { wrongOutputShare: 1 };
    const { target } = await loadTestUpstream({ version, upstream: arm.upstream, plan });
    arm.faults.plan = {};
    expect(target.failures[0]?.kind).toBe('wrong-answer');
  });
});
