import { expect, test } from 'vitest';
import { Arm } from '../../domain/arm.js';
import { toModelName, type RequestId } from '../../domain/ids.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import { ServedModel } from '../../serving/gateway/served-model.js';
import type { ComparedPair } from '../../serving/gateway/shadow-pair.js';
import { Split } from '../../traffic/in-process/split.js';
import { FrontWitness } from './front-witness.js';
import { WaitingHalves } from './waiting-halves.js';

test('a copy behind NGINX is compared with the request that it is a copy of', () => {
  const { told, pairs } = witnessed({ isOfPairs: true });
  told(Arm.Stable, 'a', 10);
  told(Arm.Stable, 'b', 20);
  told(Arm.Canary, 'b', 40);
  expect(pairs).toMatchObject([
    { stable: { requestId: 'b', latencyMs: 20 }, canary: { requestId: 'b', latencyMs: 40 } },
  ]);
});

test('a copy of a request that nobody knows is compared with nothing', () => {
  const { told, pairs } = witnessed({ isOfPairs: true });
  told(Arm.Stable, 'a', 10);
  told(Arm.Canary, 'a', 10);
  told(Arm.Canary, 'a', 10);
  told(Arm.Canary, 'lost', 10);
  expect(pairs).toHaveLength(1);
});

test('outside of shadow steps no request waits for a copy', () => {
  const comparison = { isOfPairs: true };
  const { told, pairs } = witnessed(comparison);
  told(Arm.Stable, 'a', 10);
  comparison.isOfPairs = false;
  told(Arm.Stable, 'b', 10);
  told(Arm.Canary, 'a', 10);
  told(Arm.Canary, 'b', 10);
  expect(pairs).toEqual([]);
});

test('only the newest requests wait for their copies', () => {
  const halves = new WaitingHalves(2);
  for (const id of ['a', 'b', 'a', 'c']) halves.wait(seen(Arm.Stable, id, 1));
  expect(halves.take(seen(Arm.Canary, 'b', 1))).toBeUndefined();
  expect(halves.take(seen(Arm.Canary, 'a', 1))?.requestId).toBe('a');
  expect(halves.take(seen(Arm.Canary, 'c', 1))?.requestId).toBe('c');
});

function witnessed(comparison: { isOfPairs: boolean }) {
  const pairs: ComparedPair[] = [];
  const model = new ServedModel(toModelName('churn'), new Split('churn', () => 0.5));
  const witness = new FrontWitness(
    {
      of: () => comparison as never,
      record: () => undefined,
      recordPair: (_model, pair) => pairs.push(pair),
      remember: () => undefined,
    },
    { passedOn: () => undefined },
    () => ({ observed: () => undefined }),
  );
  const told = (arm: Arm, id: string, latencyMs: number): void =>
    witness.observed(model, seen(arm, id, latencyMs), arm === Arm.Canary ? 'shadow' : 'live');
  return { told, pairs };
}

function seen(arm: Arm, id: string, latencyMs: number): Observation {
  return { requestId: id as RequestId, startedAtMs: 0, arm, latencyMs, outcome: Outcome.Ok };
}
