import type { FrontStatus } from '../../api/contract/front.js';
import type { EvidenceOverTime, RolloutBody, RolloutEvents } from '../../api/contract/rollouts.js';
import type { Client } from '../client.js';
import type { Watched } from '../render/rollout/screen.js';
import type { Display } from './displays/display.js';
import { addressOf } from './find-rollout.js';
import { followRollout, type Heard } from './follow-rollout.js';
import { frontOfRollout } from './front-of-rollout.js';
import { ExitCode, exitCodeOf } from './outcome.js';

/** Why the watching ended, and how the rollout stood then. */
export interface Watching {
  readonly because: 'ended' | 'paused' | 'timed-out' | 'interrupted';
  readonly rollout: RolloutBody;
}

export interface WatchWishes {
  readonly client: Client;
  readonly id: string;
  readonly display: Display;
  /** Ends when the rollout waits for a person. */
  readonly untilPaused: boolean;
  /** Ends the watching; the rollout goes on. */
  readonly interrupt: AbortSignal;
  readonly timeout: AbortSignal | undefined;
}

/** Watches a rollout until it has ended, or the wishes say so. */
export async function watchRollout(wishes: WatchWishes): Promise<Watching> {
  const { client, id, display, untilPaused, interrupt, timeout } = wishes;
  const address = addressOf(id);
  const [rollout, { events }, { alpha }] = await Promise.all([
    client.get<RolloutBody>(address),
    client.get<RolloutEvents>(`${address}/events`),
    client.get<EvidenceOverTime>(`${address}/evidence`),
  ]);
  let watched = await withFront(client, { rollout, events, alpha }, display);
  const end = (because: Watching['because']): Watching => {
    const watching = { because, rollout: watched.rollout };
    display.end(watching);
    return watching;
  };
  try {
    display.begin(watched);
    const signal = timeout === undefined ? interrupt : AbortSignal.any([interrupt, timeout]);
    const after = events.at(-1)?.sequence ?? 0;
    if (isPaused(watched) && untilPaused) return end('paused');
    for await (const heard of followRollout({ client, id, after, signal })) {
      watched = withHeard(watched, heard);
      if (mayMoveFront(heard)) watched = await withFront(client, watched, display);
      display.hear(heard, watched);
      if (heard.kind === 'end') return end('ended');
      if (heard.kind === 'rollout' && isPaused(watched) && untilPaused) return end('paused');
    }
    return end(timeout?.aborted === true && !interrupt.aborted ? 'timed-out' : 'interrupted');
  } finally {
    display.close();
  }
}

/** What the command ends with, so that scripts know how it went. */
export function exitCodeOfWatching({ because, rollout }: Watching): ExitCode {
  return because === 'interrupted' ? ExitCode.Interrupted : exitCodeOf(rollout);
}

function isPaused({ rollout }: Watched): boolean {
  return rollout.phase === 'paused';
}

/** A point comes every second. */
function mayMoveFront({ kind }: Heard): boolean {
  return kind === 'point' || kind === 'rollout' || kind === 'end';
}

async function withFront(
  client: Client,
  watched: Watched,
  { showsFront }: Display,
): Promise<Watched> {
  if (!showsFront) return watched;
  return { ...watched, front: await frontOrBefore(client, watched) };
}

async function frontOrBefore(client: Client, watched: Watched): Promise<FrontStatus | null> {
  try {
    return await frontOfRollout(client, watched.rollout);
  } catch {
    // The stream notices by itself that the server is gone, and says so.
    return watched.front ?? null;
  }
}

function withHeard({ silence, ...watched }: Watched, heard: Heard): Watched {
  switch (heard.kind) {
    case 'event':
      return { ...watched, events: [...watched.events, heard.event] };
    case 'rollout':
    case 'end':
      return { ...watched, rollout: heard.rollout };
    case 'point':
    case 'reconnected':
      return watched;
    case 'disconnected':
      return { ...watched, silence: silence ?? silenceOf(heard.reason) };
  }
}

function silenceOf(reason: string): string {
  return `The server is gone (${reason}); asking again until it is back.`;
}
