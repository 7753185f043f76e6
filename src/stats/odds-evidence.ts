import { logMeanExp } from './log-sum-exp.js';
import {
  requireBetween,
  requireEventStep,
  requireOverdispersion,
  requireWithin,
} from './require.js';

/** The events of one step: how many each arm had, and the share of traffic that the canary took. */
export interface EventStep {
  /** π: the canary's share of the requests, between 0 and 1. */
  readonly share: number;
  /** Requests of both arms. */
  readonly requests: number;
  readonly canaryEvents: number;
  readonly stableEvents: number;
}

/** Rate ratios, as multiples of the tolerated one, that harm is mixed over. */
export const harmGrid = [1.25, 1.5, 2, 3, 5, 10, 30] as const;
export const tail95Grid = [1.25, 1.5, 2, 4, 8] as const;
export const tail99Grid = [1.5, 2, 4, 10, 30] as const;
export const safeGrid = [1 / 1.1, 1 / 1.25, 1 / 1.5, 1 / 2, 1 / 3, 1 / 5] as const;

/**
 * θ(π, R): the chance that an event is the canary's, when its rate is R times stable's.
 * @param share π, between 0 and 1
 * @param ratio R, finite, 0 or more
 * @throws SerinError `invalid-statistics-input`
 */
export function canaryShareOfEvents(share: number, ratio: number): number {
  requireBetween(share, 0, 1, "the canary's share");
  requireWithin(ratio, 0, Number.MAX_VALUE, 'a ratio of rates');
  return (share * ratio) / (share * ratio + 1 - share);
}

/**
 * ln E of the odds e-process, gathered from each step on: given that an event happened, was it the
 * canary's? A likelihood ratio of binomials, mixed over a grid of alternatives (Lindon & Malek 2022;
 * Turner, Ly, Grünwald 2024), tempered by the over-dispersion φ:
 * ln mean_g exp{(1/φ) Σ [X ln θ(π,R₀g)/θ(π,R₀) + S ln (1−θ(π,R₀g))/(1−θ(π,R₀))]}.
 * With D(R) = πR + 1 − π one step's bracket is X ln g + (X + S)(ln D(R₀) − ln D(R₀g)).
 * @param nullRatio R₀: with a grid above 1 against R ≤ R₀, with one below 1 against R ≥ R₀
 * @param overdispersion φ ≥ 1
 * @returns one ln E a step; the first is that of all steps together. Empty without steps.
 * @throws SerinError `invalid-statistics-input`
 */
export function oddsLogEFromEachStep(
  steps: readonly EventStep[],
  nullRatio: number,
  grid: readonly number[],
  overdispersion: number,
): number[] {
  const sums = new Array<number>(grid.length).fill(0);
  const logE = new Array<number>(steps.length);
  for (let k = steps.length - 1; k >= 0; k -= 1) {
    const step = steps[k];
    if (step !== undefined) addGains(sums, step, nullRatio, grid, overdispersion);
    logE[k] = logMeanExp(sums);
  }
  return logE;
}

/**
 * ln E of the odds e-process over all steps; 0 without steps.
 * @throws SerinError `invalid-statistics-input`
 */
export function oddsLogE(
  steps: readonly EventStep[],
  nullRatio: number,
  grid: readonly number[],
  overdispersion = 1,
): number {
  const sums = new Array<number>(grid.length).fill(0);
  for (const step of steps) addGains(sums, step, nullRatio, grid, overdispersion);
  return logMeanExp(sums);
}

function addGains(
  sums: number[],
  step: EventStep,
  nullRatio: number,
  grid: readonly number[],
  overdispersion: number,
): void {
  const { share, canaryEvents } = step;
  requireEventStep(step);
  requireBetween(nullRatio, 0, Infinity, 'a tolerated ratio of rates');
  requireOverdispersion(overdispersion);
  const events = canaryEvents + step.stableEvents;
  if (events === 0) return;
  const logNull = Math.log(share * nullRatio + 1 - share);
  for (let index = 0; index < grid.length; index += 1) {
    const g = grid[index] ?? 1;
    const logAlternative = Math.log(share * nullRatio * g + 1 - share);
    const gain = canaryEvents * Math.log(g) + events * (logNull - logAlternative);
    sums[index] = (sums[index] ?? 0) + gain / overdispersion;
  }
}

/**
 * The confidence sequence of the rate ratio R: the ratios that neither the harm mixture (from below)
 * nor the safety mixture (from above) has refuted at level alpha. Each bound holds at all times
 * together with probability 1 − alpha.
 * @returns [0, Infinity] where nothing is refuted
 * @throws SerinError `invalid-statistics-input`
 */
export function rateRatioInterval(
  steps: readonly EventStep[],
  alpha: number,
  overdispersion = 1,
  upGrid: readonly number[] = harmGrid,
): readonly [number, number] {
  requireBetween(alpha, 0, 1, 'alpha');
  const target = -Math.log(alpha);
  const shares = addUpSameShares(steps);
  const tooLow = (logRatio: number): number =>
    oddsLogE(shares, Math.exp(logRatio), upGrid, overdispersion) - target;
  const tooHigh = (logRatio: number): number =>
    oddsLogE(shares, Math.exp(logRatio), safeGrid, overdispersion) - target;
  // ln E falls with R₀ for the harm grid and rises for the safety grid, so one crossing each.
  const low = crossing(tooLow, -1);
  const high = crossing(tooHigh, 1);
  return [low === undefined ? 0 : Math.exp(low), high === undefined ? Infinity : Math.exp(high)];
}

/** Steps of one share are as one to the odds; the search below asks for them some fifty times. */
function addUpSameShares(steps: readonly EventStep[]): EventStep[] {
  const sums = new Map<number, EventStep>();
  for (const step of steps) {
    const sum = sums.get(step.share);
    sums.set(step.share, {
      share: step.share,
      requests: step.requests + (sum?.requests ?? 0),
      canaryEvents: step.canaryEvents + (sum?.canaryEvents ?? 0),
      stableEvents: step.stableEvents + (sum?.stableEvents ?? 0),
    });
  }
  return [...sums.values()];
}

/** |ln R| beyond which a ratio is reported as 0 or infinite. */
const widest = 30;

/**
 * Where a function that rises in the given direction crosses 0, looked for from the far side of it:
 * strides until the sign changes, then the Illinois variant of regula falsi.
 * @returns undefined where it stays below 0
 */
function crossing(excess: (logRatio: number) => number, direction: 1 | -1): number | undefined {
  let a = 0;
  let fa = excess(a);
  // Refuted at R = 1 already: the crossing lies on the other side.
  const outwards = fa > 0 ? -direction : direction;
  let b = a;
  let fb = fa;
  for (let stride = 0.5; fa > 0 === fb > 0; stride *= 2) {
    if (Math.abs(b) >= widest) return undefined;
    a = b;
    fa = fb;
    b = outwards * Math.min(widest, Math.abs(b) + stride);
    fb = excess(b);
  }
  for (let round = 0; round < 100 && Math.abs(b - a) > 1e-10; round += 1) {
    // Every fourth step halves the bracket: far from the crossing the function is nearly flat.
    const c = round % 4 === 3 ? (a + b) / 2 : b - (fb * (b - a)) / (fb - fa);
    const fc = excess(c);
    if (Math.abs(fc) < 1e-10) return c;
    if (fc > 0 === fb > 0) fa /= 2;
    else {
      a = b;
      fa = fb;
    }
    b = c;
    fb = fc;
  }
  return b;
}
