import { Direction, halfNormalLogE } from '../stats/half-normal-mixture.js';
import { sampleVariance, type Moments } from '../stats/moments.js';
import { shrunkOverdispersion } from '../stats/overdispersion.js';
import { restartMixture } from '../stats/restart-mixture.js';

/**
 * What Engine A keeps of one step: thirteen numbers, whatever the number of requests. w is a
 * bucket's weight n_c n_s/(n_c + n_s), d the difference of its means, v the variance of d, ′ the
 * bucket before it in the same step.
 */
export interface MeanSums {
  buckets: number;
  canary: number;
  w: number;
  wd: number;
  ww: number;
  wwd: number;
  wwdd: number;
  wwv: number;
  /** Σ ww′, Σ ww′(d + d′), Σ ww′dd′ */
  near: number;
  nearSum: number;
  nearProduct: number;
  lastW: number;
  lastD: number;
}

/** Where the sums stand: the weighted difference, and how much is known about it. */
export interface MeanEstimate {
  readonly estimate: number;
  /** I = (Σw)²/(φ Σw²v): the inverse of the estimate's variance. */
  readonly information: number;
  readonly overdispersion: number;
  readonly buckets: number;
  readonly canary: number;
  /** At least three buckets and 30 canary requests: before that E = 1. */
  readonly ready: boolean;
}

const varianceFloor = 0.005 ** 2;

/** The sums of a step without a bucket. */
export function noMeanSums(): MeanSums {
  return {
    buckets: 0,
    canary: 0,
    w: 0,
    wd: 0,
    ww: 0,
    wwd: 0,
    wwdd: 0,
    wwv: 0,
    near: 0,
    nearSum: 0,
    nearProduct: 0,
    lastW: 0,
    lastD: 0,
  };
}

/** Adds one closed bucket, in place; one with an arm under two is dropped. */
export function addMeanBucket(sums: MeanSums, canary: Moments, stable: Moments): void {
  if (canary.count < 2 || stable.count < 2) return;
  const d = canary.mean - stable.mean;
  const w = (canary.count * stable.count) / (canary.count + stable.count);
  const v =
    Math.max(sampleVariance(canary), varianceFloor) / canary.count +
    Math.max(sampleVariance(stable), varianceFloor) / stable.count;
  if (!Number.isFinite(d * d * w * w) || !Number.isFinite(v * w * w)) return;
  if (sums.buckets > 0) {
    const product = w * sums.lastW;
    sums.near += product;
    sums.nearSum += product * (d + sums.lastD);
    sums.nearProduct += product * d * sums.lastD;
  }
  sums.buckets += 1;
  sums.canary += canary.count;
  sums.w += w;
  sums.wd += w * d;
  sums.ww += w * w;
  sums.wwd += w * w * d;
  sums.wwdd += w * w * d * d;
  sums.wwv += w * w * v;
  sums.lastW = w;
  sums.lastD = d;
}

/**
 * The estimates of the steps from each one on; the first is that of all steps together. φ is that
 * of all steps in every one of them.
 * @param leastOverdispersion what is known otherwise: requests of one user stay together when sticky
 */
export function estimatesFromEachStep(
  steps: readonly MeanSums[],
  leastOverdispersion = 1,
): MeanEstimate[] {
  const all = noMeanSums();
  for (const step of steps) addUp(all, step);
  const overdispersion = Math.max(leastOverdispersion, overdispersionOf(all));
  const total = noMeanSums();
  const estimates = new Array<MeanEstimate>(steps.length);
  for (let k = steps.length - 1; k >= 0; k -= 1) {
    const step = steps[k];
    if (step !== undefined) addUp(total, step);
    const { buckets, canary } = total;
    estimates[k] = {
      estimate: buckets === 0 ? 0 : total.wd / total.w,
      information: buckets === 0 ? 0 : (total.w * total.w) / (overdispersion * total.wwv),
      overdispersion,
      buckets,
      canary,
      ready: buckets >= 3 && canary >= 30,
    };
  }
  return estimates;
}

/**
 * ln E that the canary exceeds the margin, restarted at every step.
 * @param margin one for all steps, or one for each of the estimates
 */
export function harmOfMean(
  estimates: readonly MeanEstimate[],
  margin: number | readonly number[],
  tau: number,
): number {
  const marginOf = (k: number): number =>
    typeof margin === 'number' ? margin : (margin[k] ?? Infinity);
  return restartMixture(estimates.map((one, k) => logEOf(one, marginOf(k), Direction.Above, tau)));
}

/** ln E that the canary stays below the margin, over all steps. */
export function safetyOfMean(
  estimates: readonly MeanEstimate[],
  margin: number,
  tau: number,
): number {
  const [all] = estimates;
  return all === undefined ? 0 : logEOf(all, margin, Direction.Below, tau);
}

function logEOf(one: MeanEstimate, margin: number, direction: Direction, tau: number): number {
  return one.ready ? halfNormalLogE(one.estimate, one.information, margin, direction, tau) : 0;
}

function addUp(total: MeanSums, step: MeanSums): void {
  total.buckets += step.buckets;
  total.canary += step.canary;
  total.w += step.w;
  total.wd += step.wd;
  total.ww += step.ww;
  total.wwd += step.wwd;
  total.wwdd += step.wwdd;
  total.wwv += step.wwv;
  total.near += step.near;
  total.nearSum += step.nearSum;
  total.nearProduct += step.nearProduct;
}

/**
 * φ compares how much the buckets' differences scatter (Q, with the covariance of neighbours, as in
 * Newey & West 1987 with one lag) with what independent requests would explain.
 */
function overdispersionOf(total: MeanSums): number {
  if (total.buckets === 0) return 1;
  const estimate = total.wd / total.w;
  const scatter = total.wwdd - 2 * estimate * total.wwd + estimate * estimate * total.ww;
  const neighbours =
    total.nearProduct - estimate * total.nearSum + estimate * estimate * total.near;
  const measured =
    (Math.max(0, scatter) + 2 * Math.max(0, neighbours)) / (total.wwv / total.buckets);
  return shrunkOverdispersion(measured, total.buckets - 1);
}
