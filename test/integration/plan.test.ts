import { afterAll, beforeAll, expect, test } from 'vitest';
import { nothingWished } from '../../src/config/parse-serin-yaml.js';
import { startTestServer, type TestServer } from './running-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const wishes = {
  requests_per_second: 50,
  error_rate: 0.005,
  slowdown: 0.2,
  regressed_error_rate: 0.02,
  steps: [{ share: 0.1 }],
};

interface Check {
  readonly check: string;
  readonly find: { readonly minutes: number } | null;
  readonly exclude?: { readonly minutes: number } | null;
}

async function minutesOf(check: string, changed: object = {}): Promise<Check> {
  const { status, body } = await server.post('/api/v1/plan', { ...wishes, ...changed });
  expect(status).toBe(200);
  return body.steps[0].checks.find((one: Check) => one.check === check);
}

test('a plan says how long it takes, and more traffic makes it shorter', async () => {
  const slow = await minutesOf('latency-mean');
  const fast = await minutesOf('latency-mean', { requests_per_second: 500 });
  expect(slow.find!.minutes).toBeGreaterThan(fast.find!.minutes);
  expect(slow.exclude!.minutes).toBeGreaterThan(fast.exclude!.minutes);
});

test('who tolerates more waits longer until harm beyond it is found', async () => {
  const strict = await minutesOf('latency-mean', { tolerances: { latency: 0.02 } });
  const lax = await minutesOf('latency-mean', { tolerances: { latency: 0.15 } });
  expect(lax.find!.minutes).toBeGreaterThan(strict.find!.minutes);
});

test('what is tolerated in milliseconds delays what is found of a fast model', async () => {
  const usual = await minutesOf('latency-mean');
  expect(await minutesOf('latency-mean', { latency_ms: 20 })).toEqual(usual);
  const fast = await minutesOf('latency-mean', { latency_ms: 1 });
  expect(fast).toMatchObject({ find: null, find_never: 'up to 50% slower is tolerated' });
});

test('a drift of the predictions is planned where it is asked about', async () => {
  expect((await minutesOf('predictions')).find).toBeNull();
  expect((await minutesOf('predictions', { drift: 0.5 })).find!.minutes).toBeGreaterThan(0);
});

test('a plan names the checks that cannot be planned, and says why', async () => {
  const yaml = `${nothingWished}checks: { predictions: off, timeouts: { tolerance: 1% } }\n`;
  const { body } = await server.post('/api/v1/plan', { ...wishes, steps: undefined, yaml });
  expect(body.not_planned).toContain('timeouts');
  expect(body.not_planned).not.toContain('predictions');
  expect(Object.keys(body.why_not_planned).sort()).toEqual(body.not_planned.sort());
  expect(body.why_not_planned.feedback).toContain('labels');
});

test.each([
  ['no traffic', { requests_per_second: 0 }],
  ['a share above 1', { steps: [{ share: 2 }] }],
  ['more steps than one look may cost', { steps: Array(9).fill({ share: 0.5 }) }],
  ['an unknown wish', { wish: 1 }],
])('%s is refused in words', async (_what, changed) => {
  const reply = await server.post('/api/v1/plan', { ...wishes, ...changed });
  expect(reply).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
});
