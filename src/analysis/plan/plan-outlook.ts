import type { CheckName } from '../../domain/evidence.js';

/** One step of the strategy. */
export interface PlannedStep {
  /** In a shadow step copies are compared, each with the request that it copies. */
  readonly kind: 'weight' | 'shadow';
  /**
   * The canary's part of the traffic; of a shadow step, the part of stable's requests that is copied.
   * Between 0 and 1; a weight of all or none of the traffic compares nothing and is left out.
   */
  readonly share: number;
  /** Until the step is over at the latest, in minutes; null: it may take as long as it needs. */
  readonly maxMinutes: number | null;
}

/** How long one check takes in one step, on its own data alone. */
export interface CheckOutlook {
  readonly check: CheckName;
  /** Requests of both arms until a regression is found; null: never. */
  readonly find: Duration | null;
  /** Why it is never found; absent where it is. */
  readonly findNever?: string;
  /** Until a harmless canary has passed the gate; null: never; absent where the check is no gate. */
  readonly exclude?: Duration | null;
  /** Why nothing is ever excluded; absent where it is. */
  readonly excludeNever?: string;
}

/** Requests of both arms, copies among them, and how long they take. */
export interface Duration {
  readonly requests: number;
  readonly minutes: number;
}

/** What can be expected of one step. */
export interface StepOutlook extends Pick<PlannedStep, 'kind' | 'share'> {
  readonly checks: readonly CheckOutlook[];
  readonly warnings: readonly string[];
}

/** A check that is asked, and why nobody can say how long it takes. */
export interface UnplannedCheck {
  readonly check: CheckName;
  readonly why: string;
}
