import type { Arm } from '../domain/arm.js';
import type { ModelName } from '../domain/ids.js';
import type { Prediction } from '../domain/observation.js';

/** What is remembered of an answer until somebody says whether it was right. */
export interface RememberedAnswer {
  readonly model: ModelName;
  /** The arm that answered. */
  readonly arm: Arm;
  readonly prediction: Prediction | undefined;
  /** What the canary answered to a copy of the request; absent where it was sent none. */
  readonly copy?: Prediction;
  /** Index of the judge's step in which the request started. */
  readonly step: number;
  /** Whether feedback on it was taken already. */
  readonly judged: boolean;
}
