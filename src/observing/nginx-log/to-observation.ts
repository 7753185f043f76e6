import { Outcome, type Observation } from '../../domain/observation.js';
import type { LoggedRequest } from './read-line.js';

/** A user who leaves sooner than this says nothing about the arm. */
const patienceMs = 1_000;
const switchingProtocols = 101;

/**
 * A logged request as its arm saw it. The first server that was asked is the arm's: what stable
 * answered for a failed canary is a failure of the canary.
 * @returns undefined where nothing can be said of the arm: none was asked, somebody chose the arm,
 *   the request was the client's mistake (4xx), or the user left at once
 */
export function observationOf(request: LoggedRequest): Observation | undefined {
  const ended = howItEnded(request);
  const { requestId, arm, endedAtMs, tookMs, stickyHash } = request;
  if (ended === undefined || arm === undefined) return undefined;
  const { outcome, latencyMs } = ended;
  // Field by field: this runs for every request, and a spread costs more than all the rest of it.
  return { requestId, arm, stickyHash, startedAtMs: endedAtMs - tookMs, outcome, latencyMs };
}

function howItEnded(
  request: LoggedRequest,
): Pick<Observation, 'outcome' | 'latencyMs'> | undefined {
  const { tries, first, kind, isComplete, tookMs } = request;
  if (first === undefined || kind === 'forced') return undefined;
  const { status } = first;
  // NGINX measures the tries in milliseconds, and the whole request finer where it has Lua.
  const latencyMs = tries === 1 ? tookMs : first.tookMs;
  if (status === undefined) {
    return latencyMs < patienceMs ? undefined : { outcome: Outcome.Timeout, latencyMs };
  }
  if (status === switchingProtocols) return { outcome: Outcome.Ok, latencyMs: first.headMs };
  if (status === 504) return { outcome: Outcome.Timeout, latencyMs };
  if (status >= 500) return { outcome: Outcome.Error, latencyMs };
  if (status >= 400) return undefined;
  // The answer broke off: the arm died, or the user left, and users leave both arms alike.
  return { outcome: isComplete ? Outcome.Ok : Outcome.Error, latencyMs };
}
