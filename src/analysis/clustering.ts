import { sampleVariance } from '../stats/moments.js';
import type { ArmCounts } from './arm-counts.js';
import type { Bucket } from './bucket.js';
import { groupCount } from './group-counts.js';

/** Fewer occupied groups of the canary's than this give no variance worth the name. */
const leastGroups = 15;

const measures = ['latency', 'errors', 'slow', 'predictions'] as const;
type Measure = (typeof measures)[number];

/** One measure's residuals: Σ over buckets of w(S_g − ȳn_g)/n a group, and what independence gives. */
interface Residuals {
  readonly stable: number[];
  readonly canary: number[];
  independent: number;
}

/** The state as data. */
export interface ClusteringState {
  readonly requests: { readonly stable: readonly number[]; readonly canary: readonly number[] };
  readonly residuals: Readonly<Record<Measure, Readonly<Residuals>>>;
}

/** How much wider everything is because users keep their arm; each 1 or more. */
export interface DesignEffects extends Readonly<Record<Measure, number>> {
  readonly split: number;
  /** At least 15 groups of the canary's users are occupied. */
  readonly enoughGroups: boolean;
}

/** Where routing is not sticky. */
export const noDesignEffects: DesignEffects = {
  latency: 1,
  errors: 1,
  slow: 1,
  predictions: 1,
  split: 1,
  enoughGroups: true,
};

/**
 * The variance of sticky routing. Per arm V = G/(G−1) Σ_g (S_g − ȳn_g)²/n² over G groups of users
 * (cluster-robust: Liang & Zeger 1986), taken within each bucket and added with the bucket's weight,
 * so that a load that moves in time does not count as a difference between users. What comes out is
 * how many times larger V is than independent requests would have it: the least φ.
 */
export class Clustering {
  readonly #requests: { stable: number[]; canary: number[] };
  readonly #residuals: Record<Measure, Residuals>;

  constructor(state?: ClusteringState) {
    const zeros = (): number[] => new Array<number>(groupCount).fill(0);
    this.#requests = {
      stable: [...(state?.requests.stable ?? zeros())],
      canary: [...(state?.requests.canary ?? zeros())],
    };
    const residuals = (measure: Measure): Residuals => ({
      stable: [...(state?.residuals[measure].stable ?? zeros())],
      canary: [...(state?.residuals[measure].canary ?? zeros())],
      independent: state?.residuals[measure].independent ?? 0,
    });
    this.#residuals = {
      latency: residuals('latency'),
      errors: residuals('errors'),
      slow: residuals('slow'),
      predictions: residuals('predictions'),
    };
  }

  /** Takes in one closed bucket. */
  addClosedBucket({ stable, canary }: Bucket): void {
    for (const measure of measures) {
      const forCanary = momentsOfMeasure(canary, measure);
      const forStable = momentsOfMeasure(stable, measure);
      if (forCanary === undefined || forStable === undefined) continue;
      if (forCanary.count < 2 || forStable.count < 2) continue;
      const weight = (forCanary.count * forStable.count) / (forCanary.count + forStable.count);
      const residuals = this.#residuals[measure];
      addResiduals(residuals.canary, forCanary, weight);
      addResiduals(residuals.stable, forStable, weight);
      residuals.independent +=
        weight *
        weight *
        (forCanary.variance / forCanary.count + forStable.variance / forStable.count);
    }
    for (let group = 0; group < groupCount; group += 1) {
      addAt(this.#requests.stable, group, stable.groups?.requests[group] ?? 0);
      addAt(this.#requests.canary, group, canary.groups?.requests[group] ?? 0);
    }
  }

  effects(): DesignEffects {
    const effect = (measure: Measure): number => {
      const { stable, canary, independent } = this.#residuals[measure];
      if (!(independent > 0)) return 1;
      const groups = this.#requests;
      const clustered = spread(stable, groups.stable) + spread(canary, groups.canary);
      return Math.max(1, clustered / independent);
    };
    const occupied = this.#requests.canary.filter((requests) => requests > 0).length;
    return {
      latency: effect('latency'),
      errors: effect('errors'),
      slow: effect('slow'),
      predictions: effect('predictions'),
      split: splitEffect(this.#requests),
      enoughGroups: occupied >= leastGroups,
    };
  }

  toState(): ClusteringState {
    const copy = ({ stable, canary, independent }: Residuals): Residuals => ({
      stable: [...stable],
      canary: [...canary],
      independent,
    });
    return {
      requests: { stable: [...this.#requests.stable], canary: [...this.#requests.canary] },
      residuals: {
        latency: copy(this.#residuals.latency),
        errors: copy(this.#residuals.errors),
        slow: copy(this.#residuals.slow),
        predictions: copy(this.#residuals.predictions),
      },
    };
  }
}

interface GroupedMoments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  readonly counts: Float64Array;
  readonly sums: Float64Array;
}

function momentsOfMeasure(arm: ArmCounts, measure: Measure): GroupedMoments | undefined {
  const { groups } = arm;
  if (groups === undefined) return undefined;
  const ofEvents = (events: number, count: number, sums: Float64Array): GroupedMoments => {
    const mean = count === 0 ? 0 : events / count;
    const counts = measure === 'predictions' ? groups.predicted : groups.requests;
    return { count, mean, variance: mean * (1 - mean), counts, sums };
  };
  switch (measure) {
    case 'latency':
      return {
        count: arm.logLatency.count,
        mean: arm.logLatency.mean,
        variance: sampleVariance(arm.logLatency),
        counts: groups.requests,
        sums: groups.logLatency,
      };
    case 'errors':
      return ofEvents(arm.errors, arm.requests, groups.errors);
    case 'slow':
      return ofEvents(arm.slow[0] ?? 0, arm.requests, groups.slow);
    case 'predictions':
      return ofEvents(arm.predictions.unusual, arm.predictions.predicted, groups.unusual);
  }
}

function addResiduals(residuals: number[], moments: GroupedMoments, weight: number): void {
  for (let group = 0; group < groupCount; group += 1) {
    const expected = moments.mean * (moments.counts[group] ?? 0);
    addAt(residuals, group, (weight * ((moments.sums[group] ?? 0) - expected)) / moments.count);
  }
}

/** G/(G−1) Σ r², over the groups that had requests. */
function spread(residuals: readonly number[], requests: readonly number[]): number {
  const groups = requests.filter((count) => count > 0).length;
  if (groups < 2) return 0;
  return (groups / (groups - 1)) * residuals.reduce((sum, one) => sum + one * one, 0);
}

/**
 * How much more the split varies when it is users that are assigned: Σ_u n_u²/n over users, which
 * the scatter of the groups' sizes estimates without bias when users fall into groups by a hash.
 */
function splitEffect(requests: { stable: number[]; canary: number[] }): number {
  let squares = 0;
  let total = 0;
  for (const sizes of [requests.stable, requests.canary]) {
    const sum = sizes.reduce((a, b) => a + b, 0);
    const mean = sum / groupCount;
    squares += sizes.reduce((a, size) => a + (size - mean) ** 2, 0);
    total += sum;
  }
  return total === 0 ? 1 : Math.max(1, ((groupCount / (groupCount - 1)) * squares) / total);
}

function addAt(sums: number[], index: number, amount: number): void {
  sums[index] = (sums[index] ?? 0) + amount;
}
