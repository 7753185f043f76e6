import type { Observation } from '../../domain/observation.js';
import type { PredictionRequest } from './answer-prediction.js';
import type { Difference } from './shadow-agreement.js';
import type { FinishedAttempt } from './try-arm.js';

/** One request, as both arms saw it. */
export interface ComparedPair {
  readonly stable: Observation;
  /** The copy. */
  readonly canary: Observation;
  /** Whether both gave the same answer; undefined where there is nothing to compare. */
  readonly agree: boolean | undefined;
  /** How far their numbers are apart, where both gave one. */
  readonly difference: Difference | undefined;
}

/** A pair with everything that a person may want to see of it. */
export interface ShadowPair extends ComparedPair {
  readonly request: PredictionRequest;
  /** What stable did with the request itself. */
  readonly original: FinishedAttempt;
  /** What the canary did with the copy. */
  readonly copy: FinishedAttempt;
}

/** Why a copy that was drawn was not made, or came to nothing. */
export const Shed = {
  /** As many copies as may be are with the canary. */
  InFlight: 'in-flight',
  /** Copies under way hold as many bytes as they may. */
  Bytes: 'bytes',
  /** The gateway has no time to spare. */
  Busy: 'busy',
  /** The shadow ended, or the canary went, before the copy was answered. */
  Stopped: 'stopped',
} as const;
export type Shed = (typeof Shed)[keyof typeof Shed];
