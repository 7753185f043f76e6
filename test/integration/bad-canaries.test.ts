import { afterEach, expect, test } from 'vitest';
import { Load } from './load.js';
import { phaseBecomes, start, strategy } from './rollout-steps.js';
import { startTestServer, type TestServer } from './running-server.js';

let server: TestServer | undefined;
let load: Load | undefined;

afterEach(async () => {
  await load?.end();
  await server?.close();
  server = load = undefined;
});

// Held until it is rolled back: nothing else ends it.
const hold = 'hold: { min: 10m, max: 20m }';
const weighted = { steps: `[{ weight: 50, ${hold} }]`, phase: 'progressing' };
const shadowed = {
  steps: `[{ shadow: { requests: 100000 }, ${hold} }, { weight: 50 }]`,
  phase: 'shadowing',
};
const checks = 'latency: { tolerance: 100% }, errors: { tolerance: 1% }';

// bench/rollout/canaries.ts shows the same with realistic numbers, many times over.
test.each([
  {
    canary: 'takes much longer',
    fault: { latency_ms: 60 },
    by: 'the judge',
    says: /% slower|exceeds (twice )?stable's p9[59]/,
  },
  {
    canary: 'answers wrongly',
    step: shadowed,
    fault: { wrong_output_share: 1 },
    by: 'the judge',
    says: /differ|otherwise|agree|same/i,
  },
  {
    canary: 'answers with what is not a number',
    fault: { non_finite_share: 0.05 },
    by: 'fast-fail: non-finite-output',
    says: /NaN or an infinity/,
  },
  {
    canary: 'takes more and more memory',
    fault: { memory_mib_per_second: 256 },
    more: 'fastFail: { memory: 512MiB }',
    by: 'fast-fail: memory',
    says: /at most 512 MiB are allowed/,
  },
])(
  'a canary that $canary is rolled back, with the reason, and no request fails',
  { timeout: 150_000 },
  async ({ step: { steps, phase } = weighted, fault, by, says, more = '' }) => {
    const on = (server = await startTestServer());
    const users = (load = new Load(on));
    const id = await start(on, strategy({ steps, checks, more }));
    await phaseBecomes(on, id, phase);
    expect((await on.put('/admin/faults', { arm: 'canary', ...fault })).status).toBe(200);
    await phaseBecomes(on, id, 'rolled-back');
    const { body } = await on.get(`/api/v1/rollouts/${id}`);
    expect(body).toMatchObject({ by, outcome: 'rolled-back', weight: 0 });
    expect(body.sentence).toMatch(says);
    expect([...(await users.end()).statuses]).toEqual([200]);
    expect((await on.get('/api/v1/models/churn')).body).toMatchObject({
      canary: null,
      stable: { version: '1' },
    });
  },
);
