import { Arm } from '../domain/arm.js';
import type { ModelName } from '../domain/ids.js';
import { Outcome, type Observation } from '../domain/observation.js';
import { addToMoments, noMoments, type Moments } from '../stats/moments.js';
import type { ServedModel } from '../serving/gateway/served-model.js';

/** One arm's latencies of answered requests, in milliseconds. */
export interface ArmSample {
  readonly moments: Moments;
  /** The newest latencies, for tests that need each of them; in no order. */
  readonly newest: number[];
  requests: number;
  errors: number;
}

/** Both arms in one step: the same time, the same weight. */
export interface Comparison {
  readonly openedAtMs: number;
  readonly stable: ArmSample;
  readonly canary: ArmSample;
}

/** How many latencies an arm keeps; a test of more would say no more that matters. */
const newestKept = 5_000;

/**
 * What both arms did since the canary was deployed or its weight changed. Stable's requests from
 * before there was a canary are no part of it: load and inputs were others then (DESIGN, decision 7).
 */
export class Comparisons {
  readonly #open = new Map<ModelName, Comparison>();

  constructor(private readonly wallMs: () => number) {}

  /** Starts anew: the arms or the weight are others now. */
  open(model: ServedModel): void {
    if (model.canary === undefined) {
      this.#open.delete(model.name);
      return;
    }
    const openedAtMs = this.wallMs();
    this.#open.set(model.name, { openedAtMs, stable: noSample(), canary: noSample() });
  }

  of(model: ServedModel): Comparison | undefined {
    return this.#open.get(model.name);
  }

  record(model: ServedModel, observation: Observation): void {
    const comparison = this.#open.get(model.name);
    // A request that started before this step belongs to the step before.
    if (comparison === undefined || observation.startedAtMs < comparison.openedAtMs) return;
    const sample = observation.arm === Arm.Stable ? comparison.stable : comparison.canary;
    sample.requests += 1;
    if (observation.outcome !== Outcome.Ok) {
      sample.errors += 1;
      return;
    }
    sample.newest[sample.moments.count % newestKept] = observation.latencyMs;
    addToMoments(sample.moments, observation.latencyMs);
  }
}

function noSample(): ArmSample {
  return { moments: noMoments(), newest: [], requests: 0, errors: 0 };
}
