import { afterEach, describe, expect, test } from 'vitest';
import { SerinError } from '../domain/errors.js';
import type { RolloutId } from '../domain/rollout-id.js';
import { toPercent } from '../domain/share.js';
import type { EffectId } from '../rollout/machine/events.js';
import { NotifyOn, type NotifyTarget } from '../rollout/strategy/strategy.js';
import { ListeningServer, replyWith } from '../../test/outgoing/listening-server.js';
import { strategyOf } from '../../test/rollout/strategies.js';
import { Notifications } from './notifications.js';

const id = 'r1/7' as EffectId;
const launch = { containerPort: 7000, env: {} };
const servers: ListeningServer[] = [];
const warned: Readonly<Record<string, unknown>>[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  warned.length = 0;
});

test('a webhook is told what happened to which rollout, with the id of the effect', async () => {
  const server = await started();
  await tell(notifications(), [webhook(server)], NotifyOn.RolledBack, 'errors: 5% against 0%');
  expect(server.received).toMatchObject([
    {
      method: 'POST',
      path: '/hook',
      headers: { 'idempotency-key': 'r1/7', 'content-type': 'application/json' },
    },
  ]);
  expect(server.received[0]?.body).toEqual({
    event: 'rolled-back',
    rollout: 'r1',
    model: 'churn',
    stable: 'models/churn/1',
    canary: 'models/churn/2',
    phase: 'rolling-back',
    weight: 0,
    reason: 'errors: 5% against 0%',
    time: '2026-11-23T07:00:00.000Z',
  });
});

test('Slack is sent one line to read', async () => {
  const server = await started();
  await tell(notifications(), [slack(server)], NotifyOn.Paused, 'p99 <300 ms & rising');
  expect(server.received[0]?.body).toEqual({
    text:
      ':double_vertical_bar: *churn*: the rollout of models/churn/2 is paused, at 0%. ' +
      'p99 &lt;300 ms &amp; rising (r1)',
  });
});

test('only those are told who asked for it', async () => {
  const [one, other] = [await started(), await started()];
  const targets = [webhook(one, NotifyOn.Promoted), webhook(other, NotifyOn.Paused)];
  await tell(notifications(), targets, NotifyOn.Promoted);
  expect([one.received.length, other.received.length]).toEqual([1, 0]);
});

test('a rollout that nobody knows any more is told of all the same', async () => {
  const server = await started();
  const unknowing = notifications({ standing: () => Promise.resolve(undefined) });
  await tell(unknowing, [webhook(server), slack(server)], NotifyOn.Failed);
  expect(server.received.map(({ body }) => body as unknown)).toContainEqual(
    expect.objectContaining({ phase: null, weight: null }),
  );
});

test.each([500, 503, 429, 408])('status %d is tried again', async (status) => {
  const server = await started(status);
  await expect(tell(notifications(), [webhook(server)])).rejects.toMatchObject({
    code: 'notification-failed',
    retriable: true,
    words: { expected: `2xx from ${server.url}`, found: `status ${status}` },
  });
});

test('a server that is gone, or does not answer in time, is tried again', async () => {
  const gone = await ListeningServer.start();
  await gone.close();
  await expect(tell(notifications(), [webhook(gone)])).rejects.toMatchObject({
    words: { found: 'ECONNREFUSED' },
  });
  const silent = await started();
  silent.answer = () => undefined;
  await expect(tell(notifications({ timeoutMs: 50 }), [webhook(silent)])).rejects.toMatchObject({
    words: { expected: `an answer from ${silent.url} within 50 ms` },
  });
});

test.each([400, 404, 410])('status %d is given up, and a person warned', async (status) => {
  const server = await started(status, 'no_such_channel');
  await tell(notifications(), [webhook(server)]);
  expect(warned).toEqual([{ to: server.url, status, answer: 'no_such_channel', effect: 'r1/7' }]);
});

test('a redirect is not followed', async () => {
  const elsewhere = await started();
  const server = await started();
  server.answer = (_, response) => {
    response.writeHead(302, { location: elsewhere.url }).end();
  };
  await tell(notifications(), [webhook(server)]);
  expect(elsewhere.received).toEqual([]);
  expect(warned).toMatchObject([{ status: 302 }]);
});

test('a repetition tells only those who were not told, with the time of the first try', async () => {
  const [good, bad] = [await started(), await started(503)];
  const targets = [webhook(good), webhook(bad)];
  let nowMs = Date.parse('2026-11-23T07:00:00Z');
  const told = notifications({ nowMs: () => (nowMs += 1000) });
  await expect(tell(told, targets)).rejects.toMatchObject({ code: 'notification-failed' });
  bad.answer = replyWith(200);
  await tell(told, targets);
  expect([good.received.length, bad.received.length]).toEqual([1, 2]);
  const [first, second] = bad.received.map(({ body }) => (body as { time: string }).time);
  expect(second).toBe(first);
  // Another effect is another message.
  await tell(told, targets, NotifyOn.Promoted, 'safe', 'r1/8');
  expect([good.received.length, bad.received.length]).toEqual([2, 3]);
});

describe('the tag stable', () => {
  const pinned = 'registry.example/churn@sha256:1';
  const strategy = {
    canary: { kind: 'image', image: 'registry.example/churn:2', pinned, launch },
    notify: [{ kind: 'stable-tag', on: [NotifyOn.Promoted, NotifyOn.RolledBack] }],
  } as const;

  test('follows a promotion, and goes back after a roll-back', async () => {
    const moved: string[] = [];
    const by = notifications({
      followWithTag: (image, ended) => Promise.resolve(void moved.push(`${ended} ${image}`)),
    });
    for (const on of [NotifyOn.Promoted, NotifyOn.Paused, NotifyOn.RolledBack]) {
      await by.notify({ rolloutId: 'r1' as RolloutId, strategy: strategyOf(strategy) }, on, '', id);
    }
    expect(moved).toEqual([`promoted ${pinned}`, `rolled-back ${pinned}`]);
  });

  test('is tried again while its registry is down, and given up where it may not be moved', async () => {
    const failing = (code: 'registry-unreachable' | 'registry-denied') =>
      notifications({ followWithTag: () => Promise.reject(new SerinError(code)) });
    const of = { rolloutId: 'r1' as RolloutId, strategy: strategyOf(strategy) };
    await expect(
      failing('registry-unreachable').notify(of, NotifyOn.Promoted, '', id),
    ).rejects.toMatchObject({ code: 'notification-failed' });
    await failing('registry-denied').notify(of, NotifyOn.Promoted, '', id);
    expect(warned).toMatchObject([{ effect: id }]);
  });
});

async function started(status = 200, body?: string): Promise<ListeningServer> {
  const server = await ListeningServer.start(replyWith(status, body));
  servers.push(server);
  return server;
}

function notifications(
  wishes: Partial<ConstructorParameters<typeof Notifications>[0]> = {},
): Notifications {
  return new Notifications({
    standing: () => Promise.resolve({ phase: 'rolling-back', weight: toPercent(0) }),
    nowMs: () => Date.parse('2026-11-23T07:00:00Z'),
    warn: (_, fields) => warned.push(fields),
    ...wishes,
  });
}

function tell(
  by: Notifications,
  notify: readonly NotifyTarget[],
  on: NotifyOn = NotifyOn.Promoted,
  reason = 'safe',
  effect = 'r1/7',
): Promise<void> {
  const of = { rolloutId: 'r1' as RolloutId, strategy: strategyOf({ notify }) };
  return by.notify(of, on, reason, effect as EffectId);
}

function webhook({ url }: ListeningServer, ...on: NotifyOn[]): NotifyTarget {
  return { kind: 'webhook', url: `${url}/hook`, on: on.length === 0 ? all : on };
}

function slack({ url }: ListeningServer): NotifyTarget {
  return { kind: 'slack', url: `${url}/services/T0/B0/key`, on: all };
}

const all = Object.values(NotifyOn);
