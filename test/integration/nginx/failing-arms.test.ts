import { afterEach, describe, expect, test } from 'vitest';
import { toPercent } from '../../../src/domain/share.js';
import { canRunNginx, model, NginxUnderTest } from './nginx-under-test.js';

let under: NginxUnderTest | undefined;

afterEach(async () => {
  await under?.close();
  under = undefined;
});

async function started(
  wishes: Parameters<typeof NginxUnderTest.start>[0],
  weight: number,
): Promise<NginxUnderTest> {
  under = await NginxUnderTest.start(wishes);
  await under.router.setWeight(model, toPercent(weight));
  return under;
}

describe.runIf(canRunNginx())('behind NGINX', () => {
  test.each(['lua', 'plain'] as const)(
    'a canary that fails costs no user an answer (%s)',
    async (mode) => {
      const on = await started({ mode, canaryTimeoutMs: 300 }, 100);
      const fails: (typeof on.canary.handler)[] = [
        (_, response) => response.writeHead(500).end(),
        (_, response) => response.writeHead(503).end(),
        (request) => request.socket.destroy(),
        () => undefined,
      ];
      for (const handler of fails) {
        on.canary.handler = handler;
        const answer = await on.ask({}, '{"features":[1]}');
        expect(answer).toMatchObject({ status: 200, body: 'stable' });
        expect(answer.headers).toMatchObject({
          'serin-arm': 'stable',
          'serin-version': '1',
          'serin-fallback': 'canary',
        });
      }
    },
  );

  test.each(['lua', 'plain'] as const)(
    'a canary that hangs holds a user up for its own time, and stable has all of its own (%s)',
    async (mode) => {
      const on = await started({ mode, readTimeoutMs: 600_000, canaryTimeoutMs: 200 }, 100);
      on.canary.handler = () => undefined;
      const answered = { status: 200, headers: { 'serin-arm': 'stable', 'serin-version': '1' } };
      expect(await on.ask({}, '{"features":[1]}')).toMatchObject(answered);
      // One that needs longer than a canary may is not cut off for the canary's sake.
      on.stable.handler = (_, response) => void setTimeout(() => response.end('late'), 500);
      const late = await on.ask({}, '{"features":[1]}');
      expect(late).toMatchObject({ ...answered, body: 'late' });
      expect(late.headers['serin-fallback']).toBe('canary');
      await on.router.setWeight(model, toPercent(0));
      expect(await on.ask({}, '{"features":[1]}')).toMatchObject({ status: 200, body: 'late' });
    },
  );

  test('the failures of stable, and what the client did wrong, are told as they are', async () => {
    const on = await started({}, 50);
    on.stable.handler = (_, response) => response.writeHead(500).end('broken');
    on.canary.handler = (_, response) => response.writeHead(422).end('wrong input');
    await on.router.setWeight(model, toPercent(0));
    expect(await on.ask()).toMatchObject({ status: 500, body: 'broken' });
    await on.router.setWeight(model, toPercent(100));
    expect(await on.ask()).toMatchObject({ status: 422, body: 'wrong input' });
    expect(on.stable.requests).toBe(1);
  });

  test('a POST is not repeated where it must not be', async () => {
    const on = await started({ retryPosts: false, canaryTimeoutMs: 2_000 }, 100);
    on.canary.handler = (_, response) => response.writeHead(503).end();
    expect(await on.ask({}, '{}')).toMatchObject({ status: 503 });
    expect(await on.ask()).toMatchObject({ status: 200, body: 'stable' });
    on.canary.handler = () => undefined;
    expect(await on.ask({}, '{}')).toMatchObject({ status: 504 });
    expect(await on.ask()).toMatchObject({ status: 200, body: 'stable' });
    expect(on.stable.requests).toBe(2);
  });
});
