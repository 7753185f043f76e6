import { SerinError } from '../../domain/errors.js';
import type { Threshold } from './thresholds/threshold.js';

/** Users who send the next request once the last one is answered: what Locust does. */
export interface ClosedLoad {
  readonly kind: 'closed';
  readonly users: number;
  /** Users that begin in a second; Infinity: all at once. */
  readonly spawnPerSecond: number;
  /** What a user waits between an answer and the next request, drawn evenly from here. */
  readonly thinkMs: { readonly from: number; readonly to: number };
}

/** Requests that arrive whether or not the earlier ones are answered: what the world does. */
export interface OpenLoad {
  readonly kind: 'open';
  /** Requests a second at the beginning and at the end of the measurement. */
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** Everything that decides how a load test runs and when it passes. */
export interface LoadPlan {
  readonly load: ClosedLoad | OpenLoad;
  /** Before the measurement: sent, checked, and not counted. */
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** Until a request is given up, from when it should have started. */
  readonly timeoutMs: number;
  readonly thresholds: readonly Threshold[];
  /** Whether to stop once a threshold cannot be kept any more. */
  readonly stopEarly: boolean;
  /** Of think times and of which target a request goes to. */
  readonly seed: number;
}

/** What R2's load test did, but for what it sent and checked: 10 users, 2 more each second, 30 s. */
export const defaultLoad: ClosedLoad = {
  kind: 'closed',
  users: 10,
  spawnPerSecond: 2,
  thinkMs: { from: 0, to: 0 },
};

/** So many requests of a test fit into numbers, memory and anybody's patience. */
const mostRequests = 1e9;

/**
 * Refuses a plan that measures nothing.
 * @throws SerinError `usage`
 */
export function requirePlan({ load, durationMs, warmUpMs, timeoutMs }: LoadPlan): void {
  requireAbove(durationMs, 'a duration above 0, such as 30s');
  requireAbove(timeoutMs, 'a time-out above 0, such as 10s');
  if (!(warmUpMs >= 0)) refuse('a warm-up of 0s or more', warmUpMs);
  if (load.kind === 'open') {
    const { fromPerSecond, toPerSecond } = load;
    if (!(fromPerSecond >= 0 && toPerSecond >= 0 && fromPerSecond + toPerSecond > 0)) {
      refuse('a rate above 0, such as 200 or 100..1000', `${fromPerSecond}..${toPerSecond}`);
    }
    const requests = (Math.max(fromPerSecond, toPerSecond) * (durationMs + warmUpMs)) / 1000;
    if (requests > mostRequests) refuse('at most a billion requests', Math.round(requests));
    if (requests < 1) refuse('a rate and a duration in which at least one request is due', 'none');
    return;
  }
  if (!(Number.isInteger(load.users) && load.users >= 1 && load.users <= 100_000)) {
    refuse('1 to 100000 users', load.users);
  }
  requireAbove(load.spawnPerSecond, 'a spawn rate above 0');
  const { from, to } = load.thinkMs;
  if (!(from >= 0 && to >= from))
    refuse('a think time such as 1s or 500ms..2s', `${from}..${to} ms`);
}

function requireAbove(value: number, expected: string): void {
  if (!(value > 0)) refuse(expected, value);
}

function refuse(expected: string, found: number | string): never {
  throw new SerinError('usage', { expected, found: String(found) });
}
