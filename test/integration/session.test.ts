import { afterAll, beforeAll, expect, test } from 'vitest';
import { newFolder, startTestServer, type Reply, type TestServer } from './running-server.js';

const token = 'a-token-of-more-than-16-characters';
const path = '/api/v1/session';

let guarded: TestServer;
let open: TestServer;

beforeAll(async () => {
  guarded = await startTestServer({ adminToken: token });
  open = await startTestServer({ adminPort: 0 });
});
afterAll(() => Promise.all([guarded.close(), open.close()]));

/** Signs in, and gives what a browser and the page keep of it. */
async function signIn(): Promise<{ cookie: string; csrf: string; reply: Reply }> {
  const reply = await guarded.post(path, { token });
  const cookie = reply.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, csrf: reply.body.csrf_token, reply };
}

test('without a token nobody has to sign in, and the page knows where predictions are', async () => {
  const admin = await fetch(`${open.server.adminUrl}${path}`);
  expect(await admin.json()).toEqual({
    token_needed: false,
    signed_in: true,
    csrf_token: null,
    data_plane: false,
  });
  const both = await guarded.get(path);
  expect(both.body).toEqual({
    token_needed: true,
    signed_in: false,
    csrf_token: null,
    data_plane: true,
  });
});

test('a wrong token opens nothing, and sets no cookie', async () => {
  const reply = await guarded.post(path, { token: 'a-token-of-more-than-16-character5' });
  expect(reply).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
  expect(reply.headers.get('set-cookie')).toBeNull();
});

test('the right token is traded for a cookie that scripts cannot read', async () => {
  const { cookie, reply } = await signIn();
  const set = reply.headers.get('set-cookie') ?? '';
  expect(set).toContain('HttpOnly');
  expect(set).toContain('SameSite=Strict');
  expect(set).not.toContain(token);
  expect((await guarded.get('/api/v1/models', { cookie })).status).toBe(200);
  expect((await guarded.get(path, { cookie })).body).toMatchObject({ signed_in: true });
});

test('a change needs the token of the session as well as its cookie', async () => {
  const { cookie, csrf } = await signIn();
  const { csrf: other } = await signIn();
  const plan = {
    requests_per_second: 50,
    error_rate: 0.005,
    slowdown: 0.2,
    regressed_error_rate: 0.02,
    steps: [{ share: 0.1 }],
  };
  for (const headers of [{ cookie }, { cookie, 'serin-csrf': other }]) {
    const refused = await guarded.post('/api/v1/plan', plan, headers);
    expect(refused).toMatchObject({ status: 403, body: { code: 'cross-site-refused' } });
  }
  const done = await guarded.post('/api/v1/plan', plan, { cookie, 'serin-csrf': csrf });
  expect(done.status).toBe(200);
});

test('what another site makes a browser send is refused, cookie or not', async () => {
  const { cookie, csrf } = await signIn();
  for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    const headers = { cookie, 'serin-csrf': csrf, ...foreign };
    expect((await guarded.get('/api/v1/models', headers)).status).toBe(403);
    expect((await guarded.post(path, { token }, foreign)).status).toBe(403);
  }
});

test('a session that was signed out is over, also for who kept its cookie', async () => {
  const { cookie, csrf } = await signIn();
  const out = await guarded.ask('DELETE', path, undefined, { cookie, 'serin-csrf': csrf });
  expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
  expect((await guarded.get('/api/v1/models', { cookie })).status).toBe(401);
});

test('who is signed in stays so when the server is started again, until he signs out', async () => {
  const dataFolder = newFolder();
  const before = await startTestServer({ adminToken: token, dataFolder });
  const signedIn = await before.post(path, { token });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  await before.close();
  const port = Number(new URL(before.url).port);
  const after = await startTestServer({ adminToken: token, dataFolder, port });
  const session = (await after.get(path, { cookie })).body;
  expect(session).toMatchObject({ signed_in: true, csrf_token: signedIn.body.csrf_token });
  await after.ask('DELETE', path, undefined, { cookie });
  expect((await after.get('/api/v1/models', { cookie })).status).toBe(401);
  await after.close();
});

test('the token in a header goes on working, and needs no session', async () => {
  const authorization = `Bearer ${token}`;
  expect((await guarded.get('/api/v1/models', { authorization })).status).toBe(200);
});
