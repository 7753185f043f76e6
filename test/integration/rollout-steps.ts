import { expect } from 'vitest';
import type { TestServer } from './running-server.js';

/** A strategy whose steps are over as soon as the judge says so. */
export function strategy(
  wishes: { canary?: string; steps?: string; checks?: string; more?: string } = {},
): string {
  const { canary = 'churn/2', steps = '[{ weight: 20 }, { weight: 50 }]', more = '' } = wishes;
  const { checks = 'latency: { tolerance: 100% }, errors: { tolerance: 1% }, predictions: off' } =
    wishes;
  return `model: churn
stable: churn/1
canary: ${canary}
steps: ${steps}
hold: { min: 1s, max: 2m, requests: 50 }
checks: { ${checks} }
coolDown: 0s
${more}`;
}

export async function start(on: TestServer, yaml: string): Promise<string> {
  const started = await on.post('/api/v1/rollouts', { yaml, why: 'a test' });
  expect(started.body).toMatchObject({ model: 'churn', phase: 'preparing', why: 'a test' });
  expect(started.status).toBe(201);
  return started.body.id as string;
}

export async function phaseBecomes(on: TestServer, id: string, phase: string): Promise<void> {
  await expect
    .poll(async () => (await on.get(`/api/v1/rollouts/${id}`)).body.phase, { timeout: 110_000 })
    .toBe(phase);
}
