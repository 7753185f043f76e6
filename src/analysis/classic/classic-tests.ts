import { fisherExactTest } from '../../stats/fisher.js';
import { kolmogorovSmirnovTest } from '../../stats/kolmogorov-smirnov.js';
import { mannWhitneyTest } from '../../stats/mann-whitney.js';
import type { Moments } from '../../stats/moments.js';
import { twoProportionTest } from '../../stats/two-proportions.js';
import { welchTestOfMoments } from '../../stats/welch.js';

/** The classic fixed-sample tests, by the names under which they are asked for. */
export const classicTests = ['welch', 'mann-whitney', 'ks', 'fisher', 'two-proportion'] as const;
export type ClassicTest = (typeof classicTests)[number];

/** What one arm did, as far as classic tests look at it. */
export interface ClassicSample {
  /** Of the latencies of answered requests, in milliseconds. */
  readonly moments: Moments;
  /** The newest of these latencies, for the tests that need each of them. */
  readonly newest: readonly number[];
  readonly requests: number;
  readonly errors: number;
}

/** The answer of one look; it is wired to no action. */
export interface ClassicAnswer {
  readonly pTwoSided: number;
  /** Whether the canary is the worse one in the sample. */
  readonly canaryIsWorse: boolean;
  /** "2.10 ms slower", "1.2 points more errors": how the arms differ. */
  readonly difference: string;
}

/** Each such answer is an answer to one planned look (STATISTICS, "Decisions"). */
export const validForOneLook =
  'one look: asked again and again, such a test alarms over harmless canaries';

/** Whether the test is about errors; the others are about latencies. */
export function isAboutErrors(test: ClassicTest): boolean {
  return test === 'fisher' || test === 'two-proportion';
}

/**
 * One classic test of the canary against stable.
 * @throws SerinError `invalid-statistics-input` with too few values for the test
 */
export function runClassicTest(
  test: ClassicTest,
  canary: ClassicSample,
  stable: ClassicSample,
): ClassicAnswer {
  switch (test) {
    case 'welch': {
      const { pTwoSided, difference } = welchTestOfMoments(canary.moments, stable.moments);
      return { pTwoSided, canaryIsWorse: difference > 0, difference: slower(difference) };
    }
    case 'mann-whitney': {
      const result = mannWhitneyTest(canary.newest, stable.newest);
      const chance = result.probabilityOfSuperiority;
      const difference = `slower than a stable request in ${(100 * chance).toFixed(1)}% of pairs`;
      return { pTwoSided: result.pTwoSided, canaryIsWorse: chance > 0.5, difference };
    }
    case 'ks': {
      const result = kolmogorovSmirnovTest(canary.newest, stable.newest);
      const { p, pExact, canaryHigher, canaryLower } = result;
      const isWorse = canaryHigher > canaryLower;
      const distance = Math.max(canaryHigher, canaryLower).toFixed(3);
      const difference = `${isWorse ? 'slower' : 'faster'}, by ${distance} of the distribution`;
      return { pTwoSided: pExact ?? p, canaryIsWorse: isWorse, difference };
    }
    case 'fisher':
      return aboutErrors(canary, stable, fisherExactTest(eventsOf(canary), eventsOf(stable)));
    case 'two-proportion':
      return aboutErrors(canary, stable, twoProportionTest(eventsOf(canary), eventsOf(stable)));
  }
}

function eventsOf({ errors, requests }: ClassicSample): { events: number; requests: number } {
  return { events: errors, requests };
}

function aboutErrors(
  canary: ClassicSample,
  stable: ClassicSample,
  { pTwoSided }: { readonly pTwoSided: number },
): ClassicAnswer {
  const points = 100 * (canary.errors / canary.requests - stable.errors / stable.requests);
  const words = points > 0 ? 'more' : 'fewer';
  const difference = `failing by ${Math.abs(points).toFixed(2)} points ${words}`;
  return { pTwoSided, canaryIsWorse: points > 0, difference };
}

function slower(differenceMs: number): string {
  return `${Math.abs(differenceMs).toFixed(2)} ms ${differenceMs > 0 ? 'slower' : 'faster'}`;
}
