import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finishedRollouts } from '../e2e/finished-rollouts.js';
import { phaseBecomes, start, strategy } from './rollout-steps.js';
import { startTestServer, type TestServer } from './running-server.js';

const timeout = 120_000;
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
}, timeout);
afterAll(() => server.close());

/** One message of a stream; a mark has an id alone. */
interface Message {
  readonly id: number | undefined;
  readonly event: string | undefined;
  // What is told is looked into in different ways.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
}

/**
 * Follows until it has heard enough, and then loses the connection.
 * @param lastId of the newest message that it knows
 */
async function hear(
  path: string,
  lastId: number | undefined,
  isEnough: (heard: readonly Message[]) => boolean,
): Promise<Message[]> {
  const headers = lastId === undefined ? {} : { 'last-event-id': String(lastId) };
  // A connection of its own, which is really gone when it is destroyed.
  const asked = request(server.url + path, { agent: false, headers }).end();
  const heard: Message[] = [];
  let unread = '';
  try {
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    for await (const text of response.setEncoding('utf8')) {
      const blocks = (unread + String(text)).split('\n\n');
      unread = blocks.pop() ?? '';
      for (const block of blocks) {
        const message = messageOf(block);
        if (message !== undefined) heard.push(message);
        if (isEnough(heard)) return heard;
      }
    }
    return heard;
  } finally {
    asked.destroy();
  }
}

function messageOf(block: string): Message | undefined {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const [id, event, data] = [field('id'), field('event'), field('data')];
  if (id === undefined && event === undefined) return undefined;
  return {
    id: id === undefined ? undefined : Number(id),
    event,
    data: data === undefined ? undefined : (JSON.parse(data) as unknown),
  };
}

const told = (heard: readonly Message[]) => heard.filter(({ event }) => event === 'rollout');
const lastIdOf = (heard: readonly Message[]) =>
  heard.flatMap(({ id }) => (id === undefined ? [] : id)).at(-1);

const everyRollout = '/api/v1/rollouts/follow';
const [first, second] = [finishedRollouts(20).slice(0, 10), finishedRollouts(20).slice(10)];
const last = finishedRollouts(21).slice(20);

async function take(rollouts: readonly object[]): Promise<void> {
  for (const rollout of rollouts) {
    const { status, body } = await server.post('/api/v1/rollouts/import', rollout);
    expect(status, JSON.stringify(body)).toBe(201);
  }
}

test(
  'who loses the connection in the middle is told every rollout that changed, each once',
  { timeout },
  async () => {
    await take(first);
    const before = await hear(everyRollout, 0, (heard) => told(heard).length === 4);
    await take(second);
    const after = await hear(everyRollout, lastIdOf(before), (heard) => told(heard).length === 16);
    const both = [...told(before), ...told(after)];
    expect(both.map(({ data }) => (data as { id: string }).id)).toEqual(
      Array.from({ length: 20 }, (_, i) => `old-${i}`),
    );
    const ids = both.map(({ id }) => id ?? NaN);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(20);
    const { rollouts } = (await server.get('/api/v1/rollouts?limit=100')).body;
    expect(both.map(({ data }) => data as object).reverse()).toEqual(rollouts);
  },
);

test(
  'who loses the connection before anything happened misses nothing either, nor who followed another server',
  { timeout },
  async () => {
    const before = await hear(everyRollout, undefined, (heard) => lastIdOf(heard) !== undefined);
    expect(told(before)).toEqual([]);
    let isThere = (): void => undefined;
    const there = new Promise<void>((resolve) => (isThere = resolve));
    const further = hear(everyRollout, 1e9, (heard) => {
      if (heard.length > 0) isThere();
      return told(heard).length === 1;
    });
    await there;
    await take(last);
    const after = await hear(everyRollout, lastIdOf(before), (heard) => told(heard).length === 1);
    expect(after.at(-1)?.data).toMatchObject({ id: 'old-20' });
    expect((await further).at(-1)?.data).toMatchObject({ id: 'old-20' });
  },
);

test(
  'what is measured between two changes is told, too, and leaves the place where somebody was',
  { timeout },
  async () => {
    const id = await start(
      server,
      strategy({ steps: '[{ weight: 20, hold: { min: 10m, max: 20m } }]' }),
    );
    await phaseBecomes(server, id, 'progressing');
    for (let i = 0; i < 20; i += 1) await server.post('/predict', { features: [12, 20, 38, 1, 0] });
    const measured = (heard: readonly Message[]) =>
      heard.filter(({ event, data }) => event === 'measured' && data.id === id);
    const heard = await hear(everyRollout, undefined, (now) => measured(now).length === 2);
    for (const { id: position, data } of measured(heard)) {
      expect(position).toBeUndefined();
      expect(data).toMatchObject({
        phase: 'progressing',
        waits_for: 'the hold of the step at 20%',
      });
      expect(data.meter).toBeTypeOf('number');
      expect(data.time_left.at_most_ms).toBeLessThanOrEqual(20 * 60_000);
    }
    await server.post(`/api/v1/rollouts/${id}/abort`, { why: 'seen' });
    await phaseBecomes(server, id, 'aborted');
  },
);

test(
  'whoever asks for the models is told how they stand at once, and again when that has changed',
  { timeout },
  async () => {
    const models = (heard: readonly Message[]) =>
      heard.flatMap(({ event, data }) => (event === 'models' ? [data.models] : []));
    const path = `${everyRollout}?models=true`;
    const [now] = models(await hear(path, undefined, (heard) => models(heard).length === 1));
    expect(now).toMatchObject([{ name: 'churn', canary: null }]);
    const after = hear(
      path,
      undefined,
      (heard) => models(heard).at(-1)?.[0].canary?.version === '2',
    );
    await server.post('/admin/deploy-canary', { model_path: 'churn/2', weight: 25 });
    expect(models(await after).at(-1)[0].weight).toBe(25);
    await server.post('/admin/rollback-canary', { model: 'churn' });
  },
);

test(
  'who follows one rollout and loses the connection again and again is told each event once, to the end',
  { timeout },
  async () => {
    const steps = '[{ weight: 20, hold: { min: 10m, max: 20m } }]';
    const id = await start(server, strategy({ steps }));
    await phaseBecomes(server, id, 'progressing');
    const path = `/api/v1/rollouts/${id}/follow`;
    const heard: Message[] = [];
    const hearMore = async (more: number) => {
      const events = (messages: readonly Message[]) =>
        messages.filter(({ event }) => event === 'event').length;
      heard.push(...(await hear(path, lastIdOf(heard), (now) => events(now) === more)));
    };
    await hearMore(1);
    await hearMore(1);
    for (const action of ['pause', 'resume', 'abort']) {
      const { status } = await server.post(`/api/v1/rollouts/${id}/${action}`, { why: action });
      expect(status).toBe(200);
      await hearMore(1);
    }
    heard.push(...(await hear(path, lastIdOf(heard), () => false)));
    const { events } = (await server.get(`/api/v1/rollouts/${id}/events`)).body;
    expect(heard.flatMap(({ event, data }) => (event === 'event' ? [data as object] : []))).toEqual(
      events,
    );
    expect(heard.at(-1)).toMatchObject({ event: 'end', data: { phase: 'aborted' } });
  },
);
