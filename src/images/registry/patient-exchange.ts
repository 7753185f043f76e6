import { setTimeout as wait } from 'node:timers/promises';
import { toSerinError } from '../../domain/errors.js';
import type { Ask, Exchange, Reply } from './exchange.js';

export interface Patience {
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** Before the second attempt where the registry says nothing; it doubles from then on. */
  readonly firstPauseMs: number;
  /** A registry that wants a longer pause is not waited for. */
  readonly longestPauseMs: number;
  readonly pause: (ms: number) => Promise<void>;
  /** Milliseconds since 1970: Retry-After may be a date. */
  readonly nowMs: () => number;
}

export const defaultPatience: Patience = {
  attempts: 4,
  firstPauseMs: 500,
  longestPauseMs: 60_000,
  pause: (ms) => wait(ms),
  nowMs: Date.now,
};

/**
 * An exchange that asks again where that may help: too many requests (after as long as the registry
 * wants), a fault of the registry, no connection. Every request to a registry is idempotent: a
 * manifest that is put twice is there once.
 * @returns the last answer, whatever it is
 * @throws SerinError what the last attempt threw
 */
export function patientExchange(exchange: Exchange, patience: Patience): Exchange {
  return async (ask) => {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await tryOnce(exchange, ask);
      const pauseMs = pauseAfter(outcome, attempt, patience);
      if (attempt >= patience.attempts || pauseMs === undefined) return outcome();
      await patience.pause(pauseMs);
    }
  };
}

/** Gives the answer, or throws what was thrown, when it is called. */
type Outcome = (() => Reply) & { readonly reply: Reply | undefined; readonly mayPass: boolean };

async function tryOnce(exchange: Exchange, ask: Ask): Promise<Outcome> {
  try {
    const reply = await exchange(ask);
    const mayPass = reply.status === 429 || reply.status >= 500;
    return Object.assign(() => reply, { reply, mayPass });
  } catch (thrown) {
    const again = (): Reply => {
      throw thrown;
    };
    return Object.assign(again, { reply: undefined, mayPass: toSerinError(thrown).retriable });
  }
}

/** @returns undefined: it is not worth asking again */
function pauseAfter(
  { reply, mayPass }: Outcome,
  attempt: number,
  { firstPauseMs, longestPauseMs, nowMs }: Patience,
): number | undefined {
  if (!mayPass) return undefined;
  const wanted = retryAfterMs(reply?.header('retry-after'), nowMs());
  const pauseMs = wanted ?? firstPauseMs * 2 ** (attempt - 1);
  return pauseMs <= longestPauseMs ? pauseMs : undefined;
}

/**
 * Reads a Retry-After header: seconds, or a date.
 * Source: RFC 9110, 10.2.3.
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
