import { afterEach, expect, test } from 'vitest';
import { sampleEvent, sampleRollout } from '../../../test/cli/sample-rollout.js';
import { beginEvents, ScriptedServer, toEvent } from '../../../test/cli/scripted-server.js';
import { connect } from '../client.js';
import { followRollout, type Heard } from './follow-rollout.js';

let server: ScriptedServer | undefined;
const stop = new AbortController();

afterEach(async () => {
  await server?.vanish();
  server = undefined;
});

const ended = sampleRollout({ phase: 'promoted', outcome: 'promoted' });

function follow(pause: () => Promise<void>, signal = stop.signal): AsyncGenerator<Heard, void> {
  const client = connect(server?.url);
  return followRollout({ client, id: 'r-1', after: 2, signal, pause });
}

async function allOf(heard: AsyncIterable<Heard>): Promise<Heard[]> {
  const all: Heard[] = [];
  for await (const one of heard) all.push(one);
  return all;
}

const never = (): Promise<void> => Promise.reject(new Error('it should not have to wait'));

test('what the server says is heard in its order, however it is cut into pieces', async () => {
  server = await ScriptedServer.start((request, response) => {
    expect(request.url).toBe('/api/v1/rollouts/r-1/follow');
    expect(request.headers['last-event-id']).toBe('2');
    beginEvents(response);
    // Bytes of one letter, lines of one value and fields of one event come apart on a network.
    const text = [
      ': keep-alive\n\n',
      toEvent('event', sampleEvent(3, { sentence: 'Kälter – 10%' }), 3),
      'event: point\r\ndata: {"at": 5,\r\ndata: "meter": 7}\r\n\r\n',
      'event: something-newer\ndata: {}\n\n',
      toEvent('rollout', sampleRollout()),
      toEvent('end', ended),
    ].join('');
    for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
    response.end();
  });
  const heard = await allOf(follow(never));
  expect(heard.map(({ kind }) => kind)).toEqual(['event', 'point', 'rollout', 'end']);
  expect(heard[0]).toMatchObject({ event: { sentence: 'Kälter – 10%' } });
  expect(heard[1]).toMatchObject({ point: { at: 5, meter: 7 } });
});

test('a server that is started again is asked for what was missed, and nothing is told twice', async () => {
  const asked: (string | undefined)[] = [];
  server = await ScriptedServer.start((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined);
    beginEvents(response);
    if (asked.length === 1) {
      response.write('retry: 40\n\n');
      response.write(toEvent('event', sampleEvent(3), 3), () => void server?.vanish());
    } else {
      response.write(toEvent('event', sampleEvent(3), 3) + toEvent('event', sampleEvent(4), 4));
      response.end(toEvent('end', ended));
    }
  });
  let waits = 0;
  const heard = await allOf(
    follow(async () => {
      waits += 1;
      // It is refused a connection once, before the server is back.
      if (waits === 2) await server?.listen();
    }),
  );
  expect(asked).toEqual(['2', '3']);
  expect(heard.map((one) => (one.kind === 'event' ? one.event.sequence : one.kind))).toEqual([
    3,
    'disconnected',
    'reconnected',
    4,
    'end',
  ]);
  expect(waits).toBe(2);
});

test('the server says how long to wait before it is asked again', async () => {
  const waits: number[] = [];
  server = await ScriptedServer.start((_request, response) => {
    beginEvents(response);
    response.end(waits.length === 0 ? 'retry: 40\n\n' : toEvent('end', ended));
  });
  const { url } = server;
  const pause = (ms: number): Promise<void> => Promise.resolve(void waits.push(ms));
  await allOf(
    followRollout({ client: connect(url), id: 'r-1', after: 0, signal: stop.signal, pause }),
  );
  expect(waits).toEqual([40]);
});

test('a rollout that is not there is an error at once', async () => {
  server = await ScriptedServer.start((_request, response) => {
    response
      .writeHead(404)
      .end('{"code": "rollout-not-found", "error": "There is no such rollout"}');
  });
  await expect(allOf(follow(never))).rejects.toMatchObject({ code: 'rollout-not-found' });
});

test('a server that goes away before it is followed is waited for, too', async () => {
  server = await ScriptedServer.start((_request, response) => {
    beginEvents(response);
    response.end(toEvent('end', ended));
  });
  await server.vanish();
  const heard = await allOf(follow(async () => server?.listen()));
  expect(heard.map(({ kind }) => kind)).toEqual(['disconnected', 'reconnected', 'end']);
});

test('a server that comes back without the rollout is not asked for ever', async () => {
  let asked = 0;
  server = await ScriptedServer.start((_request, response) => {
    asked += 1;
    if (asked > 1) response.writeHead(404).end('{"code": "rollout-not-found"}');
    else {
      beginEvents(response);
      response.end();
    }
  });
  const heard: string[] = [];
  const following = (async () => {
    for await (const { kind } of follow(() => Promise.resolve())) heard.push(kind);
  })();
  await expect(following).rejects.toMatchObject({ code: 'rollout-not-found' });
  expect(heard).toEqual(['disconnected']);
});

test('who stops listening closes the connection', async () => {
  let isClosed = false;
  server = await ScriptedServer.start((_request, response) => {
    beginEvents(response);
    response.write(toEvent('rollout', sampleRollout()));
    response.on('close', () => (isClosed = true));
  });
  const interrupt = new AbortController();
  const heard: string[] = [];
  for await (const { kind } of follow(never, interrupt.signal)) {
    heard.push(kind);
    interrupt.abort();
  }
  expect(heard).toEqual(['rollout']);
  await expect.poll(() => isClosed).toBe(true);
});
