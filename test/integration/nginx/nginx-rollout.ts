import { expect } from 'vitest';
import type { TestServer } from '../running-server.js';

/** A rollout behind NGINX whose steps are over as soon as the judge says so. */
export function behindNginx(wishes: {
  stable: string;
  canary: string;
  port: number;
  steps?: string;
  nginx?: string;
  more?: string;
}): string {
  const { stable, canary, port, steps = '[{ weight: 20 }, { weight: 50 }]' } = wishes;
  const { nginx = '', more = '' } = wishes;
  return `model: score
stable: ${stable}
canary: ${canary}
traffic: { router: nginx, nginx: { listen: ${port}, workers: 2${nginx} } }
steps: ${steps}
hold: { min: 1s, max: 2m, requests: 50 }
checks: { latency: off, errors: { tolerance: 1% } }
coolDown: 0s
${more}`;
}

export async function start(on: TestServer, yaml: string): Promise<string> {
  const { status, body } = await on.post('/api/v1/rollouts', { yaml, why: 'a test' });
  expect({ status, body }).toMatchObject({ status: 201, body: { phase: 'preparing' } });
  return body.id as string;
}

export async function phaseBecomes(on: TestServer, id: string, phase: string): Promise<void> {
  await expect
    .poll(async () => (await on.get(`/api/v1/rollouts/${id}`)).body.phase, { timeout: 110_000 })
    .toBe(phase);
}
