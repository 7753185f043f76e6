import { afterEach, expect, test } from 'vitest';
import type { FrontStatus } from '../../api/contract/front.js';
import type { RolloutBody } from '../../api/contract/rollouts.js';
import { sampleEvent, sampleFront, sampleRollout } from '../../../test/cli/sample-rollout.js';
import { beginEvents, ScriptedServer, toEvent } from '../../../test/cli/scripted-server.js';
import { connect } from '../client.js';
import { unpainted } from '../render/paint.js';
import type { Watched } from '../render/rollout/screen.js';
import type { Display } from './displays/display.js';
import { jsonLineDisplay } from './displays/json-lines.js';
import { lineDisplay } from './displays/lines.js';
import { exitCodeOfWatching, watchRollout, type Watching } from './watch-rollout.js';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.vanish();
  server = undefined;
});

interface Script {
  readonly now?: RolloutBody;
  /** What stands in front of the model. */
  readonly front?: FrontStatus | null;
  /** What is said while it is followed. */
  readonly said: readonly string[];
}

async function serve({ now = sampleRollout(), front = null, said }: Script): Promise<void> {
  server = await ScriptedServer.start((request, response) => {
    const { url = '' } = request;
    if (url.endsWith('/follow')) {
      beginEvents(response);
      for (const text of said) response.write(text);
    } else if (url.endsWith('/events')) {
      response.end(JSON.stringify({ events: [sampleEvent(1), sampleEvent(2)] }));
    } else if (url.endsWith('/models/churn')) {
      response.end(JSON.stringify({ front }));
    } else if (url.endsWith('/evidence')) {
      response.end(JSON.stringify({ points: [], lines: [], alpha: 0.05 }));
    } else {
      response.end(JSON.stringify(now));
    }
  });
}

/** Keeps what it is told, as a live screen does. */
class RecordedScreen implements Display {
  readonly showsFront = true;
  readonly shown: Watched[] = [];

  begin(watched: Watched): void {
    this.shown.push(watched);
  }

  hear(_heard: unknown, watched: Watched): void {
    this.shown.push(watched);
  }

  end(): void {
    // How it ended is what `watch` returns.
  }

  close(): void {
    // There is no terminal to be given back.
  }
}

interface Wishes {
  readonly untilPaused?: boolean;
  readonly interrupt?: AbortSignal;
  readonly timeout?: AbortSignal;
}

function watch(display: Display, wishes: Wishes = {}): Promise<Watching> {
  const { untilPaused = false, interrupt = new AbortController().signal, timeout } = wishes;
  const client = connect(server?.url);
  return watchRollout({ client, id: 'r-1', display, untilPaused, interrupt, timeout });
}

function recorded(make: (write: (text: string) => void) => Display): [Display, () => string[]] {
  let text = '';
  const display = make((more) => (text += more));
  return [display, () => text.trimEnd().split('\n')];
}
const lines = () => recorded((write) => lineDisplay(write, unpainted));

test.each([
  ['promoted', 0],
  ['rolled-back', 2],
  ['failed', 4],
  ['aborted', 5],
] as const)('a rollout that ends %s ends the command with %i', async (outcome, code) => {
  const sentence = 'So it went.';
  await serve({ said: [toEvent('end', sampleRollout({ phase: outcome, outcome, sentence }))] });
  const [display, shown] = lines();
  const watching = await watch(display);
  expect(exitCodeOfWatching(watching)).toBe(code);
  expect(shown().at(-1)).toBe('So it went.');
});

test('without a terminal, everything that happened is one line, and control characters are not', async () => {
  const nasty = sampleEvent(3, { by: 'eve', why: 'x\u001b[2J\nforged line' });
  const end = sampleRollout({ phase: 'promoted', outcome: 'promoted', sentence: 'Promoted.' });
  await serve({ said: [toEvent('event', nasty, 3), toEvent('end', end)] });
  const [display, shown] = lines();
  await watch(display);
  expect(shown().map((line) => line.replace(/^\d\d:\d\d:\d\d/, 'TIME'))).toEqual([
    'churn: 2 against 1, rollout r-1',
    'TIME    25%  Thing 1 happened.',
    'TIME    25%  Thing 2 happened.',
    'TIME    25%  Thing 3 happened.  (eve: x [2J forged line)',
    'Promoted.',
  ]);
});

test('a pause ends the watching with 3 where that was asked for, and only then', async () => {
  const paused = sampleRollout({ phase: 'paused', sentence: 'Paused: undecided.' });
  const said = [
    toEvent('rollout', paused),
    toEvent('end', sampleRollout({ outcome: 'promoted', phase: 'promoted' })),
  ];
  await serve({ said });
  const [display, shown] = lines();
  const watching = await watch(display, { untilPaused: true });
  expect([watching.because, exitCodeOfWatching(watching)]).toEqual(['paused', 3]);
  expect(shown().slice(-2)).toEqual(['Paused: undecided.', 'Go on: serin rollout resume r-1']);
  expect((await watch(lines()[0])).because).toBe('ended');
});

test('a screen of a rollout behind NGINX shows how NGINX is, until the rollout has ended', async () => {
  const strategy = { router: 'nginx' };
  const said = [
    toEvent('point', { at: 5, meter: 7 }),
    toEvent('end', sampleRollout({ strategy, phase: 'promoted', outcome: 'promoted' })),
  ];
  await serve({ now: sampleRollout({ strategy }), front: sampleFront(), said });
  const screen = new RecordedScreen();
  await watch(screen);
  const inForce = screen.shown.map(({ front }) => front?.weight_in_force);
  expect(inForce).toEqual([25, 25, undefined]);
});

test('a rollout that is paused already is not waited for', async () => {
  await serve({ now: sampleRollout({ phase: 'paused' }), said: [] });
  expect((await watch(lines()[0], { untilPaused: true })).because).toBe('paused');
});

test('Ctrl-C and --timeout end the watching, say that it goes on, and have codes of their own', async () => {
  await serve({ said: [toEvent('rollout', sampleRollout())] });
  const interrupted = await watch(lines()[0], { interrupt: AbortSignal.abort() });
  expect(exitCodeOfWatching(interrupted)).toBe(130);
  const [display, shown] = lines();
  const late = await watch(display, { timeout: AbortSignal.abort() });
  expect([late.because, exitCodeOfWatching(late)]).toEqual(['timed-out', 3]);
  expect(shown().at(-1)).toBe('It goes on by itself. Watch it: serin rollout watch r-1');
});

test('for machines, every message is one line of JSON with the names of the API', async () => {
  const end = sampleRollout({ phase: 'promoted', outcome: 'promoted' });
  const point = { at: 5, meter: 7 };
  await serve({
    said: [toEvent('event', sampleEvent(3), 3), toEvent('point', point), toEvent('end', end)],
  });
  const [display, shown] = recorded(jsonLineDisplay);
  await watch(display);
  const messages = shown().map((line) => JSON.parse(line) as { event: string; data: unknown });
  expect(messages.map(({ event }) => event)).toEqual([
    'event',
    'event',
    'rollout',
    'event',
    'point',
    'end',
  ]);
  expect(messages.at(-2)?.data).toEqual(point);
  expect(messages.at(-1)?.data).toEqual(end);
});

test('for machines, NGINX in front is told when watching begins, and whenever it has changed', async () => {
  const strategy = { router: 'nginx' };
  const said = [
    toEvent('point', { at: 5, meter: 7 }),
    toEvent('end', sampleRollout({ strategy, phase: 'promoted', outcome: 'promoted' })),
  ];
  await serve({ now: sampleRollout({ strategy }), front: sampleFront(), said });
  const [display, shown] = recorded(jsonLineDisplay);
  await watch(display);
  const messages = shown().map((line) => JSON.parse(line) as { event: string; data: unknown });
  expect(messages.slice(2).map(({ event }) => event)).toEqual([
    'rollout',
    'front',
    'point',
    'front',
    'end',
  ]);
  expect(messages[3]?.data).toEqual(sampleFront());
  expect(messages[5]?.data).toBeNull();
});

test('where the server refuses, nothing is shown beside its error', async () => {
  server = await ScriptedServer.start((_request, response) => {
    response.writeHead(401).end('{"code": "unauthorized"}');
  });
  const [display, shown] = lines();
  await expect(watch(display)).rejects.toMatchObject({ code: 'unauthorized' });
  expect(shown()).toEqual(['']);
});
