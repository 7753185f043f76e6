import type { Tensor } from '../domain/tensor.js';

/** Where the process behind a version stands. */
export const RunnerState = {
  /** Being started, loaded, or warmed up. */
  Starting: 'starting',
  Ready: 'ready',
  /** Died, and waits for its next start. */
  BackingOff: 'backing-off',
  /** Will not be started again by itself: it never loaded. */
  Failed: 'failed',
  Closed: 'closed',
} as const;
export type RunnerState = (typeof RunnerState)[keyof typeof RunnerState];

/** What the operating system says of one process. */
export interface ProcessUsage {
  readonly pid: number;
  /** Resident memory. */
  readonly residentBytes: number;
  /** CPU time since the process started, user and system together. */
  readonly cpuSeconds: number;
}

/** Something that predicts on tensors. */
export interface TensorModel {
  /**
   * Predicts.
   * @param inputs one tensor for every input of the signature, by name; their elements must not
   * change before the answer is there, because they may not have been copied
   * @returns one tensor for every output of the signature, in its order
   * @throws SerinError `upstream-unavailable`, `upstream-failed`, `upstream-timeout`,
   * `overloaded`; `invalid-input` when the inputs do not fit the signature, `model-run-failed` when
   * the model fails on them
   */
  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]>;
}
