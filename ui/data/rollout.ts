import { batch, signal, type ReadonlySignal } from '@preact/signals';
import type {
  EvidenceOverTime,
  PointBody,
  RolloutBody,
  RolloutEventBody,
  RolloutEvents,
} from '../../src/api/contract/rollouts.js';
import { ask, wordsOf } from './ask.js';
import { follow } from './follow.js';
import { mergedPoints, mostPoints } from './points.js';

/** One rollout, as it goes on. */
export interface FollowedRollout {
  readonly rollout: ReadonlySignal<RolloutBody | undefined>;
  readonly events: ReadonlySignal<readonly RolloutEventBody[]>;
  readonly points: ReadonlySignal<readonly PointBody[]>;
  readonly lines: ReadonlySignal<EvidenceOverTime['lines']>;
  /** Of the judge: at evidence of 1/alpha it rolls back. */
  readonly alpha: ReadonlySignal<number | undefined>;
  readonly problem: ReadonlySignal<string | undefined>;
  /** What an action was answered with, before the stream says the same. */
  readonly take: (body: RolloutBody) => void;
  readonly stop: () => void;
}

/** More than a person looks through; the log of the server has them all. */
const mostEvents = 1_000;

/** How often a rollout that has ended is looked at: it may be taken back, or be tried again. */
const endedEveryMs = 10_000;

/** Reads a rollout, and follows it until nobody wants it any more. */
export function followRollout(id: string): FollowedRollout {
  const base = `api/v1/rollouts/${encodeURIComponent(id)}`;
  const rollout = signal<RolloutBody | undefined>(undefined);
  const events = signal<readonly RolloutEventBody[]>([]);
  const points = signal<readonly PointBody[]>([]);
  const lines = signal<EvidenceOverTime['lines']>([]);
  const alpha = signal<number | undefined>(undefined);
  const problem = signal<string | undefined>(undefined);
  let stopStream: (() => void) | undefined;
  let isThinning = false;

  const takeEvents = (more: readonly RolloutEventBody[]): void => {
    // The stream and the answer to a question may each be first.
    const known = new Set(events.value.map(({ sequence }) => sequence));
    const fresh = more.filter(({ sequence }) => !known.has(sequence));
    if (fresh.length === 0) return;
    const all = [...events.value, ...fresh].sort((a, b) => a.sequence - b.sequence);
    events.value = all.slice(-mostEvents);
  };
  const take = (body: RolloutBody): void => {
    // An answer that was slower than the stream must not take the page back.
    if (body.sequence < (rollout.value?.sequence ?? 0)) return;
    rollout.value = body;
    if (body.outcome === null) startStream();
  };
  const readEvidence = async (): Promise<void> => {
    const read = await ask<EvidenceOverTime>(`${base}/evidence`);
    batch(() => {
      points.value = mergedPoints(read.points, points.value);
      lines.value = read.lines;
      alpha.value = read.alpha;
    });
  };
  const readAll = async (): Promise<void> => {
    const after = events.value.at(-1)?.sequence ?? 0;
    try {
      const [body, happened] = await Promise.all([
        ask<RolloutBody>(base),
        ask<RolloutEvents>(`${base}/events?after=${after}`),
        readEvidence(),
      ]);
      batch(() => {
        takeEvents(happened.events);
        take(body);
        problem.value = undefined;
      });
    } catch (thrown) {
      problem.value = wordsOf(thrown);
    }
  };
  const takePoint = (point: PointBody): void => {
    if (point.at <= (points.value.at(-1)?.at ?? 0)) return;
    points.value = [...points.value, point];
    if (points.value.length <= mostPoints || isThinning) return;
    isThinning = true;
    // Where the server does not answer, the connection says it; the next point asks again.
    readEvidence()
      .catch(() => undefined)
      .finally(() => (isThinning = false));
  };
  const endStream = (): void => {
    stopStream?.();
    stopStream = undefined;
  };
  function startStream(): void {
    stopStream ??= follow(`${base}/follow`, {
      on: {
        event: (sent) => takeEvents([sent as RolloutEventBody]),
        rollout: (sent) => take(sent as RolloutBody),
        point: (sent) => takePoint(sent as PointBody),
        end: (sent) => {
          endStream();
          take(sent as RolloutBody);
          void readAll();
        },
      },
      onOpen: () => void readAll(),
    });
  }

  void readAll();
  const lookAgain = setInterval(() => {
    if (stopStream === undefined && !document.hidden) void readAll();
  }, endedEveryMs);
  const stop = (): void => {
    clearInterval(lookAgain);
    endStream();
  };
  return { rollout, events, points, lines, alpha, problem, take, stop };
}
