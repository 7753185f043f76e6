import { afterEach, expect, test } from 'vitest';
import { ListeningServer, replyWith } from '../../test/outgoing/listening-server.js';
import { postJson, shownAddress } from './post-json.js';

let server: ListeningServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

const plain = { headers: {}, timeoutMs: 5_000 };

test('the other server gets JSON, and its answer is told', async () => {
  const on = (server = await ListeningServer.start(replyWith(201, ' made\n')));
  const headers = { 'idempotency-key': 'r/1' };
  const reply = await postJson(`${on.url}/hook?a=1`, { ä: 1 }, { ...plain, headers });
  expect(reply).toEqual({ kind: 'answered', status: 201, text: 'made' });
  expect(on.received).toMatchObject([
    {
      method: 'POST',
      path: '/hook?a=1',
      body: { ä: 1 },
      headers: { 'idempotency-key': 'r/1', 'content-type': 'application/json' },
    },
  ]);
});

test('a redirect is an answer, and is not followed', async () => {
  const on = (server = await ListeningServer.start((_, response) => {
    response.writeHead(307, { location: `${on.url}/elsewhere` }).end();
  }));
  expect(await postJson(on.url, {}, plain)).toMatchObject({ kind: 'answered', status: 307 });
  expect(on.received).toHaveLength(1);
});

test('a server that answers nothing, or never ends its answer, is not waited for', async () => {
  const on = (server = await ListeningServer.start(() => undefined));
  expect(await postJson(on.url, {}, { ...plain, timeoutMs: 50 })).toEqual({ kind: 'timed-out' });
  on.answer = (_, response) => response.write('so');
  expect(await postJson(on.url, {}, { ...plain, timeoutMs: 50 })).toEqual({ kind: 'timed-out' });
});

test('of an answer without end, the beginning is read', async () => {
  const on = (server = await ListeningServer.start((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
      response.once('drain', more);
    };
    more();
  }));
  const reply = await postJson(on.url, {}, plain);
  expect(reply).toMatchObject({ status: 200, text: 'x'.repeat(64 * 1024) });
});

test('a server that is not there is told as such', async () => {
  const on = await ListeningServer.start();
  const { url } = on;
  await on.close();
  expect(await postJson(url, {}, plain)).toEqual({ kind: 'unreachable', reason: 'ECONNREFUSED' });
  expect(await postJson('no address', {}, plain)).toMatchObject({ kind: 'unreachable' });
});

test('an address is shown without what may be secret in it', () => {
  expect(shownAddress('https://user:pass@hooks.example/services/T0/B0/key?token=1')).toBe(
    'https://hooks.example',
  );
  expect(shownAddress('nonsense')).toBe('an address that is none');
});
