import type { Observation } from '../../domain/observation.js';
import { requireFinite } from '../../stats/require.js';
import { isComparable } from '../step-memory.js';

/** One recorded request, with the canary's share at that time where it was recorded. */
export interface RecordedObservation {
  readonly observation: Observation;
  /** 0 to 1; undefined: as before. */
  readonly share: number | undefined;
}

/** A step begins with the first request of its share. */
interface StepBegins {
  readonly what: 'step';
  readonly atMs: number;
  readonly share: number;
  /** No later step of the recording has both arms: promotion may follow this one. */
  readonly last: boolean;
}

/** A server learns of a request when its answer is there, or its time is up. */
interface AnswerComes {
  readonly what: 'answer';
  readonly atMs: number;
  readonly observation: Observation;
}

export type RecordedMoment = StepBegins | AnswerComes;

/** A recorded request in its place among the others. */
interface Started extends RecordedObservation {
  readonly atMs: number;
}

/**
 * What happened, in the order in which a server would have learnt of it.
 * @param share the canary's, where the recording does not say it: 0 to 1
 * @throws SerinError `invalid-statistics-input` for a time or latency that is not finite
 */
export function momentsOf(
  recorded: Iterable<RecordedObservation>,
  share: number,
): RecordedMoment[] {
  const started = inOrderOfStart(recorded);
  const answers = started.map(({ atMs, observation }): AnswerComes => ({
    what: 'answer',
    atMs: atMs + observation.latencyMs,
    observation,
  }));
  // The sort is stable: a step comes before the answers of its own first moment.
  return [...stepsOf(started, share), ...answers].sort((a, b) => a.atMs - b.atMs);
}

/**
 * Servers write their logs when requests end, so a request may follow others that began after it: it
 * was under way then, and takes its place. One that was over by its own account before others began
 * has a clock that went backwards: that stands still, so the request began when they did.
 */
function inOrderOfStart(recorded: Iterable<RecordedObservation>): Started[] {
  let latestMs = -Infinity;
  const started: Started[] = [];
  for (const { observation, share } of recorded) {
    const { startedAtMs, latencyMs } = observation;
    requireFinite(startedAtMs, 'a time');
    requireFinite(latencyMs, 'a latency');
    const wasUnderWay = startedAtMs + latencyMs >= latestMs;
    const atMs = wasUnderWay ? startedAtMs : latestMs;
    latestMs = Math.max(latestMs, atMs);
    started.push({
      atMs,
      share,
      observation: wasUnderWay ? observation : { ...observation, startedAtMs: atMs },
    });
  }
  return started.sort((a, b) => a.atMs - b.atMs);
}

function stepsOf(started: readonly Started[], share: number): StepBegins[] {
  const begun: { readonly atMs: number; readonly share: number }[] = [];
  for (const { atMs, share: given } of started) {
    const inForce = begun.at(-1)?.share;
    const wanted = given ?? inForce ?? share;
    if (wanted !== inForce) begun.push({ atMs, share: wanted });
  }
  const lastWithBothArms = begun.findLastIndex(isComparable);
  return begun.map((step, index) => ({ what: 'step', ...step, last: index >= lastWithBothArms }));
}
