import type { LoadRequest } from './sender.js';

/** What an answer has to be, beyond its form. */
export interface Expectation {
  /** Instead of any status from 200 to 299. */
  readonly status?: number;
  /** JSON of which every value has to be in the answer, at the same place; objects may hold more. */
  readonly answer?: unknown;
  /** Largest allowed absolute difference of a number. */
  readonly tolerance: number;
}

/** One input of a load test or a smoke test: a request, and what is known of its answer. */
export interface LoadCase {
  readonly request: LoadRequest;
  readonly expect?: Expectation;
}

/**
 * The cases without the predictions that are expected, for the stable that a target is compared with:
 * they are those of the target, and that stable predicts otherwise is why there is a canary.
 */
export function withoutPredictions(cases: readonly LoadCase[]): LoadCase[] {
  return cases.map(({ request, expect }) => {
    if (expect?.status === undefined) return { request };
    return { request, expect: { status: expect.status, tolerance: expect.tolerance } };
  });
}

/** Where two servers differ by rounding alone. */
export const defaultTolerance = 1e-4;
