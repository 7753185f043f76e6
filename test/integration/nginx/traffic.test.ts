import type { ServerResponse } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { toPercent, toShare } from '../../../src/domain/share.js';
import { armOfHash, stickyHash } from '../../../src/traffic/assign.js';
import { stickyKeyOf } from '../../../src/traffic/sticky-key.js';
import { freePort } from './arm-servers.js';
import { makeCertificate } from './certificate.js';
import { canRunNginx, model, NginxUnderTest } from './nginx-under-test.js';

let under: NginxUnderTest | undefined;

afterEach(async () => {
  await under?.close();
  under = undefined;
});

async function started(
  wishes: Parameters<typeof NginxUnderTest.start>[0] = {},
  weight = 0,
): Promise<NginxUnderTest> {
  under = await NginxUnderTest.start(wishes);
  if (weight > 0) await under.router.setWeight(model, toPercent(weight));
  return under;
}

describe.runIf(canRunNginx())('what users meet behind NGINX', () => {
  test('10,000 users have the arm that the in-process router gives them', async () => {
    const on = await started({ sticky: { from: 'header', name: 'x-user-id' } }, 25);
    const keys = Array.from({ length: 10_000 }, (_, i) =>
      i % 10 === 0 ? `Ünal-${i} é` : `user-${i}@example.com`,
    );
    const latin1 = keys.map((key) => Buffer.from(key, 'utf8').toString('latin1'));
    const found = await on.askMany(keys.length, (i) => ({ 'x-user-id': latin1[i]! }));
    const share = toShare(toPercent(25));
    // Node gives a header's bytes as Latin-1, and so they reach the in-process router.
    const expected = latin1.map((key) => armOfHash(stickyHash(key, model), share));
    expect(found).toEqual(expected);
    expect(found.filter((arm) => arm === 'canary').length).toBeGreaterThan(2_000);
  });

  test('users have the same arm by their cookie, however it is written', async () => {
    const on = await started({ sticky: { from: 'cookie', name: 'uid' } }, 50);
    const cookies = Array.from(
      { length: 300 },
      (_, i) =>
        [`uid=u${i}`, `a=b; uid = u${i} ;c=d`, `UID=x; uid=u${i}`, `xuid=x;uid=u${i};uid=y`][
          i % 4
        ]!,
    );
    const found = await on.askMany(cookies.length, (i) => ({ cookie: cookies[i]! }));
    const share = toShare(toPercent(50));
    const expected = cookies.map((cookie) => {
      const key = stickyKeyOf({ from: 'cookie', name: 'uid' }, { cookie }, Buffer.alloc(0));
      return armOfHash(stickyHash(key!, model), share);
    });
    expect(found).toEqual(expected);
  });

  test('users without a key are split, and not all on one side', async () => {
    const on = await started({ sticky: { from: 'header', name: 'x-user-id' } }, 50);
    const found = await on.askMany(400, (i) => (i % 2 === 0 ? {} : { 'x-user-id': '' }));
    const canary = found.filter((arm) => arm === 'canary').length;
    expect(Math.abs(canary - 200)).toBeLessThan(4 * Math.sqrt(100));
  });

  test.each(['lua', 'plain'] as const)(
    'an answer says who gave it, and carries the id of its request (%s)',
    async (mode) => {
      const on = await started({ mode }, 100);
      const ids: unknown[] = [];
      on.canary.handler = (request, response) => {
        ids.push(request.headers['x-request-id']);
        response.setHeader('serin-arm', 'something else').end();
      };
      const given = await on.ask({ 'x-request-id': 'order-17:a' });
      expect(given.headers).toMatchObject({
        'serin-arm': 'canary',
        'serin-version': '2',
        'x-request-id': 'order-17:a',
      });
      expect(given.headers['serin-fallback']).toBeUndefined();
      const made = await on.ask({ 'x-request-id': 'not "one"' });
      expect(made.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
      expect(ids).toEqual(['order-17:a', made.headers['x-request-id']]);
    },
  );

  test.each(['lua', 'plain'] as const)(
    'a tester chooses the arm where that is allowed (%s)',
    async (mode) => {
      const on = await started({ mode, forceArmHeader: 'Serin-Force-Arm' });
      const force = (arm: string) => on.ask({ 'serin-force-arm': arm });
      expect((await force('canary')).body).toBe('canary');
      expect((await force('nonsense')).body).toBe('stable');
      await on.router.setWeight(model, toPercent(100));
      expect((await force('stable')).body).toBe('stable');
      expect((await on.ask()).body).toBe('canary');
    },
  );

  test('nobody chooses the arm unless it is allowed', async () => {
    const on = await started();
    expect((await on.ask({ 'serin-force-arm': 'canary' })).body).toBe('stable');
  });

  test('a body that is too large is refused, a large one arrives whole', async () => {
    const on = await started({ maxBodyBytes: 300_000 });
    on.stable.handler = (request, response) => {
      let length = 0;
      request.on('data', (chunk: Buffer) => (length += chunk.length));
      request.on('end', () => response.end(String(length)));
    };
    expect(await on.ask({}, 'x'.repeat(300_000))).toMatchObject({ status: 200, body: '300000' });
    expect(await on.ask({}, 'x'.repeat(300_001))).toMatchObject({ status: 413 });
  });

  test('one address has its limits', async () => {
    const on = await started({ limits: { requestsPerSecond: 1, burst: 4 } });
    const answers = await Promise.all(Array.from({ length: 12 }, () => on.ask()));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(6);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(5);
  });

  test('one address has so many requests at a time', async () => {
    const on = await started({ limits: { connections: 2 } });
    const held: ServerResponse[] = [];
    let refused = 0;
    on.stable.handler = (_, response) => {
      if (refused < 4) held.push(response);
      else response.end();
    };
    const statuses = Array.from({ length: 6 }, async () => {
      const { status } = await on.ask();
      refused += status === 429 ? 1 : 0;
      if (refused === 4) for (const response of held.splice(0)) response.end();
      return status;
    });
    expect((await Promise.all(statuses)).sort()).toEqual([200, 200, 429, 429, 429, 429]);
  });

  test('connections to a server are kept for the next request', async () => {
    const on = await started();
    const sockets = new Set<unknown>();
    on.stable.handler = ({ socket }, response) => {
      sockets.add(socket);
      response.end('stable');
    };
    await on.askMany(50);
    expect(sockets.size).toBeLessThan(25);
  });

  test('a streamed answer comes part by part', async () => {
    const on = await started();
    let proceed = (): void => undefined;
    on.stable.handler = (_, response) => {
      response.write('data: one\n\n');
      proceed = () => void response.end('data: two\n\n');
    };
    const answer = await fetch(`${on.url}/stream`);
    const reader = answer.body!.getReader();
    const text = async () => Buffer.from((await reader.read()).value).toString();
    expect(await text()).toBe('data: one\n\n');
    proceed();
    expect(await text()).toBe('data: two\n\n');
  });

  test('TLS and HTTP/2 in front are plain HTTP/1.1 for the arms', async () => {
    const port = await freePort();
    const on = await started({
      listen: [{ host: '127.0.0.1', port, tls: await makeCertificate() }],
    });
    on.stable.handler = (request, response) => response.end(`HTTP/${request.httpVersion}`);

    const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const stream = session.request({ ':path': '/' });
    let overHttp2 = '';
    stream.on('data', (chunk: Buffer) => (overHttp2 += chunk.toString()));
    await new Promise((resolve) => stream.on('end', resolve));
    session.close();
    expect(overHttp2).toBe('HTTP/1.1');

    const overHttp1 = await new Promise((resolve) => {
      const options = { host: '127.0.0.1', port, rejectUnauthorized: false };
      httpsRequest(options, (answer) => resolve(answer.httpVersion)).end();
    });
    expect(overHttp1).toBe('1.1');
  });

  test('no user waits for the shadow of their request, or is disturbed by it', async () => {
    const on = await started({ readTimeoutMs: 2_000 });
    const held: (() => void)[] = [];
    const copies: { url: string; body: string; headers: object }[] = [];
    on.canary.handler = (request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        copies.push({ url: request.url ?? '', body, headers: request.headers });
        held.push(() => void response.writeHead(500).end());
      });
    };
    await on.router.startShadow(model, toPercent(100));
    // The canary holds every copy back; were users waiting for it, none of these would come.
    for (let i = 0; i < 20; i += 1) {
      const answer = await on.ask(
        { 'x-request-id': `r${i}`, 'x-user-id': 'u' },
        `body ${i}`,
        '/p?q=1',
      );
      expect(answer).toMatchObject({ status: 200, body: 'stable' });
    }
    await expect.poll(() => copies.length).toBe(20);
    expect(copies.map(({ body }) => body).toSorted()).toContain('body 7');
    expect(copies[0]).toMatchObject({
      url: '/p?q=1',
      headers: { 'serin-shadow': '1', 'x-user-id': 'u', 'x-request-id': 'r0' },
    });
    for (const answer of held) answer();
  });
});
