import type { Arm } from './arm.js';
import type { RequestId } from './ids.js';

/** What a prediction was, as the judge sees it: a class, or a number. */
export type Prediction =
  | { readonly kind: 'class'; readonly label: string }
  | { readonly kind: 'score'; readonly value: number };

/** How a request ended for the arm that it was assigned to. */
export const Outcome = {
  Ok: 'ok',
  /** Refused, reset, crashed, 5xx, or an output that is not finite. */
  Error: 'error',
  Timeout: 'timeout',
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/**
 * One request as one arm saw it. It belongs to the arm that it was *assigned* to, also when stable
 * answered for a failed canary, and to the time at which it *started* (STATISTICS, "What is counted").
 */
export interface Observation {
  readonly requestId: RequestId;
  /** Milliseconds since 1970, of the start. */
  readonly startedAtMs: number;
  readonly arm: Arm;
  /** Milliseconds until the assigned arm answered or failed; a time-out has the time-out. */
  readonly latencyMs: number;
  readonly outcome: Outcome;
  /** The first row's prediction; absent after an error. */
  readonly prediction?: Prediction | undefined;
  /** Hash of the sticky key, 0 to 2³²−1, where the request had one. */
  readonly stickyHash?: number | undefined;
}
