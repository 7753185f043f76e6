import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestServer, type Reply, type TestServer } from './running-server.js';

// Every test starts a process or two, and a machine that is busy starts them slowly.
vi.setConfig({ testTimeout: 150_000, hookTimeout: 60_000 });

let on: TestServer;

beforeAll(async () => {
  on = await startTestServer();
});
afterAll(() => on.close());

const gate = (version: string, name: string, wishes: object = {}, query = ''): Promise<Reply> =>
  on.post(`/api/v1/models/churn/versions/${version}/${name}${query}`, wishes);

/** A load that is over soon, and long enough for an answer of a machine that is very busy. */
const short = { users: 2, warmUp: '0s', duration: '2s' };

describe('a gate by API', () => {
  test('loads a version that has no traffic, beside stable, and links its report in every form', async () => {
    const { status, body } = await gate('2', 'loadtest', { ...short, thresholds: ['rps>1'] });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ gate: 'loadtest', subject: 'churn/2', against: 'churn/1' });
    expect(body.result.target.requests + body.result.stable.requests).toBeGreaterThan(0);
    expect(body.result.thresholds.map((one: Judged) => one.threshold.text)).toEqual([
      'rps>1',
      'errors<0.1%',
    ]);
    expect(Object.keys(body.links as object)).toEqual([
      ...['text', 'json', 'junit', 'markdown', 'sarif', 'html'],
    ]);
    const page = await on.get(body.links.html as string);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.body).toContain('<h1>Load test of churn/2</h1>');
    expect((await on.get(body.links.junit as string)).body).toContain('<testsuite');
    expect((await on.get(body.links.json as string)).body).toMatchObject({ subject: 'churn/2' });
  });

  test('fails what does not keep its thresholds, and says by how much', async () => {
    const wishes = { ...short, thresholds: ['max<0.001ms'], compare: false };
    const { status, body } = await gate('2', 'loadtest', wishes);
    expect(status).toBe(200);
    expect(body).toMatchObject({ passed: false, result: { stable: null } });
    expect(JSON.stringify(body.checks)).toContain('loadtest-threshold');
  });

  test('starts a version by itself and asks its golden rows', async () => {
    const { status, body } = await gate('2', 'smoke');
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ gate: 'smoke', passed: true, log: [] });
    expect((await gate('2', 'smoke', {}, '?format=markdown')).body).toContain('serin smoke');
  });

  test('holds a version to what was asked, in the words of model.yaml', async () => {
    const wishes = { profile: 'quick', inputs: { features: { shape: [null, 2] } } };
    const { body } = await gate('3', 'validate', wishes);
    expect(body).toMatchObject({ passed: false, against: 'churn/1', facts: { profile: 'quick' } });
    expect(JSON.stringify(body.checks)).toContain('signature-unexpected');
    // The report leads to what its findings mean, on this server's own page.
    const comment = (await on.get(body.links.markdown as string)).body as string;
    const [, link = ''] = /\[`signature-unexpected`\]\(([^)]+)\)/.exec(comment) ?? [];
    expect(link).toBe(`${on.url}/docs/validate#signature-unexpected`);
    const sarif = (await on.get(body.links.sarif as string)).body as object;
    expect(JSON.stringify(sarif)).toContain(`"helpUri":"${link}"`);
    const page = await fetch(link);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(await page.text()).toMatch(/<section id="signature-unexpected">.*<strong>error\.</s);
    expect((await on.get('/docs/other')).status).toBe(400);
    const why = 'it is meant';
    const accept = { 'agreement-low': why, 'signature-unexpected': why };
    expect((await gate('3', 'validate', { ...wishes, accept })).body.passed).toBe(true);
  });

  test.each([
    ['loadtest', { thresholds: ['p99<50'] }, 'thresholds.0: a time with its unit'],
    ['loadtest', { rate: 5, users: 5 }, 'users: either rate (open loop) or users'],
    ['loadtest', { duration: '30' }, 'a time with its unit'],
    ['loadtest', { duration: '2h' }, 'less than 600 s together'],
    ['loadtest', { rates: 5 }, 'without "rates"'],
    ['validate', { accept: { 'agreement-lo': 'x' } }, 'as agreement-low'],
    ['validate', { minAgreement: 0.9 }, 'a share from 0% to 100%'],
    ['smoke', { deadline: 'soon' }, 'a time with its unit'],
  ])('says what is wrong with the wishes for %s: %j', async (name, wishes, words) => {
    const { status, body } = await gate('2', name, wishes);
    expect([status, body.code]).toEqual([400, 'invalid-request']);
    expect(body.error).toContain(words);
  });

  test('of what there is not says so', async () => {
    expect((await gate('99', 'smoke')).body).toMatchObject({ code: 'version-not-found' });
    expect((await on.get('/api/v1/reports/none')).body).toMatchObject({ code: 'not-found' });
    const { links } = (await gate('2', 'smoke')).body;
    const page = await on.get((links.json as string).replace('json', 'html'));
    expect(page).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });

  test('is refused where too many wait, and those whose callers go make room', async () => {
    const body = JSON.stringify({ users: 1, duration: '9m', compare: false });
    const address = `${on.url}/api/v1/models/churn/versions/2/loadtest`;
    const headers = { 'content-type': 'application/json' };
    const leaving = new AbortController();
    const { signal } = leaving;
    const calls = Array.from({ length: 6 }, () =>
      fetch(address, { method: 'POST', body, headers, signal }),
    );
    // Five wait for minutes: the only answer is that to the one who is too many.
    const refused = await Promise.any(calls);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).not.toBeNull();
    expect(await refused.json()).toMatchObject({ code: 'overloaded' });
    leaving.abort();
    await Promise.allSettled(calls);
    const smoke = async () => (await gate('2', 'smoke')).status;
    await expect.poll(smoke, { timeout: 60_000, interval: 200 }).toBe(200);
  });
});

interface Judged {
  readonly threshold: { readonly text: string };
}

test('a server that is stable is tested where it is', async () => {
  const model = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json');
    if (request.url === '/v2/repository/index') response.end('[{"name":"rank"}]');
    else if (request.method === 'GET') response.end(metadata);
    else response.end('{"prediction":0.5}');
  }).listen(0, '127.0.0.1');
  const metadata = JSON.stringify({
    name: 'rank',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  });
  await once(model, 'listening');
  const { port } = model.address() as AddressInfo;
  const serving = await startTestServer({
    firstStable: new Map([['rank', `http://127.0.0.1:${port}/`]]),
  });
  try {
    const { version } = (await serving.get('/api/v1/models/rank')).body.stable;
    const address = `/api/v1/models/rank/versions/${encodeURIComponent(version as string)}`;
    const smoke = await serving.post(`${address}/smoke`, {});
    expect(smoke.body, JSON.stringify(smoke.body)).toMatchObject({ passed: true });
    const loaded = await serving.post(`${address}/loadtest`, short);
    expect(loaded.body, JSON.stringify(loaded.body)).toMatchObject({ passed: true });
    const validated = await serving.post(`${address}/validate`, {});
    expect(validated.body).toMatchObject({ code: 'model-invalid' });
  } finally {
    await serving.close();
    model.closeAllConnections();
    model.close();
  }
});
