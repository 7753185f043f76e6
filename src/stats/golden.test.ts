import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SerinError } from '../domain/errors.js';
import { bettingLogE } from './betting-difference.js';
import { anytimeP, combineEvidence, progressOfEvidence } from './combine.js';
import { cellOf, decileEdges } from './deciles.js';
import { divergence } from './divergence.js';
import { fisherExactTest } from './fisher.js';
import { halfNormalLogE, halfNormalRadius, type Direction } from './half-normal-mixture.js';
import { kolmogorovSmirnovTest } from './kolmogorov-smirnov.js';
import { hodgesLehmannShift, mannWhitneyTest } from './mann-whitney.js';
import {
  harmGrid,
  oddsLogE,
  rateRatioInterval,
  safeGrid,
  type EventStep,
} from './odds-evidence.js';
import { newcombeInterval, twoProportionTest, wilsonInterval } from './two-proportions.js';
import { welchTest, welchTestOfMoments, type WelchResult } from './welch.js';

// The values of an independent implementation (numpy, scipy): test/golden.

type Case = Record<string, unknown> & { name?: string; error?: string; tolerance?: string };

function golden(file: string): Record<string, Case[]> & { cases: Case[] } {
  const url = new URL(`../../test/golden/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'), (_key, value: unknown) =>
    value === 'Infinity'
      ? Infinity
      : value === '-Infinity'
        ? -Infinity
        : value === 'NaN'
          ? NaN
          : value,
  ) as Record<string, Case[]> & { cases: Case[] };
}

function expectClose(actual: number, expected: number, relative: number, name: string): void {
  if (!Number.isFinite(expected)) {
    expect(actual, name).toBe(expected);
    return;
  }
  // Differences of numbers around 1 carry an absolute error of their rounding.
  const allowed = Math.max(relative * Math.abs(expected), 4e-15);
  expect(Math.abs(actual - expected), `${name}: ${actual}, not ${expected}`).toBeLessThanOrEqual(
    allowed,
  );
}

function compare(expected: object, actual: Record<string, unknown>, relative: number): void {
  for (const [name, value] of Object.entries(actual)) {
    const wanted = (expected as Record<string, unknown>)[name];
    if (wanted === undefined) continue;
    const actuals = (Array.isArray(value) ? value : [value]) as number[];
    const wanteds = (Array.isArray(wanted) ? wanted : [wanted]) as number[];
    expect(actuals, name).toHaveLength(wanteds.length);
    for (const [index, number] of actuals.entries()) {
      expectClose(number, wanteds[index]!, relative, name);
    }
  }
}

function relativeOf(one: Case, otherwise = 1e-9): number {
  const match = /1e-\d+/.exec(one.tolerance ?? '');
  return match === null ? otherwise : Number(match[0]);
}

function check(one: Case, run: () => Record<string, unknown>, otherwise = 1e-9): void {
  if (one.error === undefined) {
    compare(one['expect'] as object, run(), relativeOf(one, otherwise));
    return;
  }
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SerinError);
  expect((thrown as SerinError).code).toBe('invalid-statistics-input');
}

const samples = (one: Case): [number[], number[]] => [
  one['canary'] as number[],
  one['stable'] as number[],
];

describe("Welch's t-test gives the golden values", () => {
  const file = golden('welch');
  it.each(file.cases)('$name', (one) =>
    check(one, () => {
      const result = welchTest(...samples(one));
      expectBounds(one.name!, result, one['expect'] as Record<string, never>, relativeOf(one));
      return {
        t: result.t,
        df: result.degreesOfFreedom,
        diff: result.difference,
        se: result.standardError,
        p_two_sided: result.pTwoSided,
        p_greater: result.pGreater,
        p_less: result.pLess,
      };
    }),
  );
  it.each(file['from_summary_stats']!)('$name', (one) =>
    check(one, () => {
      const input = one['input'] as Record<string, number>;
      const { nc, ns, mean_c, mean_s, var_c, var_s } = input;
      const result = welchTestOfMoments(
        { count: nc!, mean: mean_c!, squares: var_c! * (nc! - 1) },
        { count: ns!, mean: mean_s!, squares: var_s! * (ns! - 1) },
      );
      return {
        t: result.t,
        df: result.degreesOfFreedom,
        diff: result.difference,
        p_two_sided: result.pTwoSided,
        p_greater: result.pGreater,
        p_less: result.pLess,
        ci95: result.interval95,
      };
    }),
  );
});

// scipy 1.10's t.ppf is off by up to 3.2e-9 relative at these three: its own t.cdf of its
// t.ppf(0.975, 25/17) gives 0.9750000000243. The true quantiles are from mpmath 1.3 with 40 digits, by
// inverting the regularised incomplete beta function.
const quantilesThatGoldenMisses: Readonly<Record<string, { p: number; quantile: number }>> = {
  n2_each: { p: 0.975, quantile: 6.188114940769255 },
  very_unequal_5_vs_500: { p: 0.95, quantile: 2.1144801156671017 },
  constant_canary: { p: 0.95, quantile: 2.1318467863266503 },
};

function expectBounds(
  name: string,
  result: WelchResult,
  expected: Record<string, never>,
  relative: number,
): void {
  const missed = quantilesThatGoldenMisses[name];
  const bounds = [
    { p: 0.975, sign: -1, actual: result.interval95[0], wanted: expected['ci95']![0] },
    { p: 0.975, sign: 1, actual: result.interval95[1], wanted: expected['ci95']![1] },
    { p: 0.95, sign: -1, actual: result.lower95, wanted: expected['lower95_one_sided']! },
    { p: 0.95, sign: 1, actual: result.upper95, wanted: expected['upper95_one_sided']! },
  ] as const;
  for (const { p, sign, actual, wanted } of bounds) {
    if (missed?.p !== p) {
      expectClose(actual, wanted, relative, `${name}, bound`);
      continue;
    }
    const { difference, standardError } = result;
    const exact = difference + sign * missed.quantile * standardError;
    expectClose(actual, exact, 1e-12, `${name}, bound by the true quantile`);
    expectClose(actual, wanted, 5e-9, `${name}, golden bound`);
  }
}

describe('the Mann-Whitney test gives the golden values', () => {
  it.each(golden('mannwhitney').cases)('$name', (one) =>
    check(one, () => {
      const result = mannWhitneyTest(...samples(one));
      return {
        U: result.u,
        mean: result.mean,
        sd: result.standardDeviation,
        p_two_sided: result.pTwoSided,
        p_greater: result.pGreater,
        p_less: result.pLess,
        prob_superiority: result.probabilityOfSuperiority,
        hodges_lehmann: hodgesLehmannShift(...samples(one)),
        tie_sum: result.tieSum,
      };
    }),
  );
});

describe('the Kolmogorov-Smirnov test gives the golden values', () => {
  it.each(golden('ks').cases)('$name', (one) =>
    check(one, () => {
      const result = kolmogorovSmirnovTest(...samples(one));
      return {
        D: result.distance,
        D_canary_slower: result.canaryHigher,
        D_canary_faster: result.canaryLower,
        p_kolmogorov: result.p,
        p_one_sided_slower_asymptotic: result.pCanaryHigher,
      };
    }),
  );
});

describe('the tests of proportions give the golden values', () => {
  it.each(golden('proportions').cases)('$name', (one) => {
    const counts = one as Record<string, never>;
    const canary = { events: counts['canary_events']!, requests: counts['canary_n']! };
    const stable = { events: counts['stable_events']!, requests: counts['stable_n']! };
    check(
      one,
      () => {
        const fisher = fisherExactTest(canary, stable);
        return {
          fisher_two_sided: fisher.pTwoSided,
          fisher_greater: fisher.pGreater,
          fisher_less: fisher.pLess,
        };
      },
      1e-7,
    );
    check(one, () => {
      const result = twoProportionTest(canary, stable);
      return {
        z_pooled: result.z,
        p_two_sided: result.pTwoSided,
        p_greater: result.pGreater,
        p_less: result.pLess,
        diff: result.difference,
        newcombe95: newcombeInterval(canary, stable),
        wilson_canary: wilsonInterval(canary),
        wilson_stable: wilsonInterval(stable),
      };
    });
  });
});

describe('the distances of distributions give the golden values', () => {
  const file = golden('divergence');
  const distances = (canary: number[], stable: number[]): Record<string, number> => {
    const result = divergence(canary, stable);
    return {
      psi: result.psi,
      psi_noise_floor: result.psiNoiseFloor,
      psi_minus_floor: result.psi - result.psiNoiseFloor,
      js_distance: result.jensenShannon,
      tv: result.totalVariation,
    };
  };
  it.each(file.cases)('$name', (one) =>
    check(one, () => distances(one['canary_counts'] as number[], one['stable_counts'] as number[])),
  );
  it.each(file['numeric'] as unknown as Case[])('$name', (one) => {
    const [canary, stable] = samples(one);
    const edges = decileEdges(stable);
    const counts = (values: number[]): number[] => {
      const cells = new Array<number>(edges.length + 1).fill(0);
      for (const value of values) cells[cellOf(value, edges)]! += 1;
      return cells;
    };
    compare({ edges: one['edges'] }, { edges }, 1e-12);
    expect(counts(canary)).toEqual(one['canary_counts']);
    expect(counts(stable)).toEqual(one['stable_counts']);
    check(one, () => distances(counts(canary), counts(stable)));
  });
});

describe('the sequential procedures give the golden values', () => {
  const cases = golden('sequential').cases.filter((one) => one['kind'] !== 'trace');
  const steps = (one: Case): EventStep[] =>
    (one['strata'] as { pi: number; n?: number; x_c: number; x_s: number }[]).map((stratum) => ({
      share: stratum.pi,
      requests: stratum.n ?? stratum.x_c + stratum.x_s,
      canaryEvents: stratum.x_c,
      stableEvents: stratum.x_s,
    }));
  const number = (one: Case, name: string): number => one[name] as number;
  const value = (one: Case): unknown => {
    const kind = one['kind'] as string;
    switch (kind) {
      case 'halfnormal_radius':
        return halfNormalRadius(number(one, 'info'), number(one, 'alpha'), number(one, 'tau'));
      case 'halfnormal_log_e':
        return halfNormalLogE(
          number(one, 'delta_hat'),
          number(one, 'info'),
          number(one, 'margin'),
          number(one, 'sign') as Direction,
          number(one, 'tau'),
        );
      case 'odds_log_e_harm':
      case 'odds_log_e_safe':
        return oddsLogE(steps(one), number(one, 'R0'), one['grid'] as number[]);
      case 'rate_ratio_cs':
        return rateRatioInterval(steps(one), number(one, 'alpha'));
      case 'riskdiff_log_e':
        return bettingLogE(steps(one), number(one, 'delta'), number(one, 'sign') as Direction);
      case 'one_sample_log_e_harm':
      case 'one_sample_log_e_safe': {
        const step = {
          share: number(one, 'p0'),
          requests: number(one, 'n'),
          canaryEvents: number(one, 'x'),
          stableEvents: number(one, 'n') - number(one, 'x'),
        };
        return oddsLogE([step], 1, kind.endsWith('harm') ? harmGrid : safeGrid);
      }
      case 'combine_weighted_e': {
        const logE = one['log_e'] as Record<string, number>;
        const weights = one['weights'] as Record<string, number>;
        const total = combineEvidence(
          Object.entries(weights).map(([name, weight]) => ({ weight, logE: logE[name]! })),
        );
        const alpha = number(one, 'alpha');
        expect(total >= -Math.log(alpha)).toBe((one['expect'] as Case)['rollback']);
        return {
          log_total: total,
          harm_meter: progressOfEvidence(total, alpha),
          anytime_p: anytimeP(total),
        };
      }
      default:
        throw new Error(`no such kind of case: ${kind}`);
    }
  };
  it.each(cases.map((one, index) => ({ index, kind: one['kind'], one })))(
    '$kind ($index)',
    ({ one }) => {
      const actual = value(one);
      const expected = one['expect'];
      if (one['kind'] === 'halfnormal_radius') {
        const exact = (expected as Record<string, number>)['exact_inversion'];
        compare({ value: exact }, { value: actual }, relativeOf(one));
      } else if (one['kind'] === 'combine_weighted_e') {
        compare(expected as object, actual as Record<string, unknown>, 1e-9);
      } else {
        compare({ value: expected }, { value: actual }, relativeOf(one));
      }
    },
  );
});
