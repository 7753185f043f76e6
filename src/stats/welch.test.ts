import ttest2 from '@stdlib/stats-ttest2';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { welchTest } from './welch.js';

/**
 * Serin tests moments that it gathered while requests came in; a library's test wants every value.
 * So the test is ours, on the library's t distribution, and has to give what the library's test
 * gives (and what SciPy's does: golden.test.ts).
 */
test("Welch's test gives what the library's test gives, two-sided and one-sided", () => {
  const value = fc.double({ min: -1_000, max: 1_000, noNaN: true });
  const sample = fc.array(value, { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(sample, sample, (canary, stable) => {
      // The library answers NaN for samples that are constant, or as good as.
      fc.pre(spread(canary) > 1e-3 && spread(stable) > 1e-3);
      const ours = welchTest(canary, stable);
      const asks = (alternative: 'two-sided' | 'greater' | 'less') =>
        ttest2(canary, stable, { variance: 'unequal', alternative });
      const theirs = asks('two-sided');
      expect(ours.t).toBeCloseTo(theirs.statistic, 8);
      expect(ours.degreesOfFreedom).toBeCloseTo(theirs.df, 6);
      expect(ours.pTwoSided).toBeCloseTo(theirs.pValue, 10);
      expect(ours.pGreater).toBeCloseTo(asks('greater').pValue, 10);
      expect(ours.pLess).toBeCloseTo(asks('less').pValue, 10);
      expect(ours.interval95[0]).toBeCloseTo(theirs.ci[0]!, 6);
      expect(ours.interval95[1]).toBeCloseTo(theirs.ci[1]!, 6);
    }),
  );
});

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
