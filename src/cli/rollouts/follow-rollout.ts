import { setTimeout as wait } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { PointBody, RolloutBody, RolloutEventBody } from '../../api/contract/rollouts.js';
import { SerinError, toSerinError } from '../../domain/errors.js';
import type { Client } from '../client.js';

/** What is heard of a rollout that is followed. */
export type Heard =
  | { readonly kind: 'event'; readonly event: RolloutEventBody }
  | { readonly kind: 'rollout'; readonly rollout: RolloutBody }
  | { readonly kind: 'point'; readonly point: PointBody }
  /** It has ended; nothing comes after this. */
  | { readonly kind: 'end'; readonly rollout: RolloutBody }
  /** The server is gone, and is asked again until it answers. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  | { readonly kind: 'reconnected' };

export interface Following {
  readonly client: Client;
  readonly id: string;
  /** Events up to this sequence are known already. */
  readonly after: number;
  /** Ends the following. */
  readonly signal: AbortSignal;
  /** Waits before the server is asked again; of `timers/promises` where it is left out. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What one connection leaves for the next. */
interface Place {
  sequence: number;
  retryMs: number;
}

const firstRetryMs = 1_000;

/**
 * Follows a rollout until it has ended, also across restarts of the server: every connection asks
 * only for the events that have not been heard (`Last-Event-ID`), so that none is missed and none
 * is told twice.
 * @throws SerinError where the server answers and refuses: there is no such rollout, or the token is
 * missing
 */
export async function* followRollout(following: Following): AsyncGenerator<Heard, void> {
  const { signal, pause = pauseFor } = following;
  const place: Place = { sequence: following.after, retryMs: firstRetryMs };
  let isLost = false;
  while (!signal.aborted) {
    try {
      const response = await open(following, place);
      if (isLost) yield { kind: 'reconnected' };
      isLost = false;
      for await (const heard of listen(response, place)) {
        yield heard;
        if (heard.kind === 'end') return;
      }
    } catch (thrown) {
      if (isAborted(signal)) return;
      const error = toSerinError(thrown);
      if (!mayPass(error)) throw error;
    }
    if (isAborted(signal)) return;
    if (!isLost) yield { kind: 'disconnected', reason: `no answer from ${following.client.url}` };
    isLost = true;
    await pause(place.retryMs, signal);
  }
}

function open({ client, id, signal }: Following, { sequence }: Place): Promise<Response> {
  const path = `/api/v1/rollouts/${encodeURIComponent(id)}/follow`;
  return client.openEvents(path, String(sequence), signal);
}

async function* listen({ body }: Response, place: Place): AsyncGenerator<Heard, void> {
  if (body === null) return;
  const messages: EventSourceMessage[] = [];
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onRetry: (ms) => (place.retryMs = ms),
  });
  const decoder = new TextDecoder();
  for await (const chunk of chunksOf(body)) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    for (const { event, data } of messages.splice(0)) {
      const heard = heardOf(event, data);
      if (heard === undefined || (heard.kind === 'event' && isKnown(heard.event, place))) continue;
      yield heard;
    }
  }
}

/** What arrives; a connection that breaks off is the server's absence, and no fault of ours. */
async function* chunksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* body;
  } catch (cause) {
    throw new SerinError('server-unreachable', { cause });
  }
}

function isKnown({ sequence }: RolloutEventBody, place: Place): boolean {
  if (sequence <= place.sequence) return true;
  place.sequence = sequence;
  return false;
}

/** Undefined for what a newer server may send, which this command line does not know. */
function heardOf(name: string | undefined, text: string): Heard | undefined {
  switch (name) {
    case 'event':
      return { kind: name, event: JSON.parse(text) as RolloutEventBody };
    case 'rollout':
    case 'end':
      return { kind: name, rollout: JSON.parse(text) as RolloutBody };
    case 'point':
      return { kind: name, point: JSON.parse(text) as PointBody };
    case undefined:
    default:
      return undefined;
  }
}

/** Whether the server may answer again: it starts, or something before it answers meanwhile. */
function mayPass({ retriable, code }: SerinError): boolean {
  return retriable || code === 'server-refused';
}

/** Asked anew after every wait, which the compiler cannot know of. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined);
}
