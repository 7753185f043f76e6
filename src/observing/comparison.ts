import type { Judge } from '../analysis/judge.js';
import type { StepPlan } from '../analysis/step-memory.js';
import { Arm } from '../domain/arm.js';
import { Outcome, type Observation } from '../domain/observation.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { ComparedPair } from '../serving/gateway/shadow-pair.js';
import { addToMoments } from '../stats/moments.js';
import { newestKept, noSample } from './arm-sample.js';
import type { ShadowCounts } from './shadow-counts.js';

/** What goes on from one step to the next. */
export interface GoesOn {
  readonly judge: Judge;
  /** The rollout that opens the steps; undefined: each weight is a step of its own. */
  readonly rollout: RolloutId | undefined;
  /** Copies that this canary was sent, in all steps. */
  readonly shadow: ShadowCounts;
}

/** The judge's step. */
export interface OpenStep {
  readonly kind: StepPlan['kind'];
  /** Milliseconds since 1970. */
  readonly openedAtMs: number;
}

/** Both arms since the canary was deployed; the samples since its weight last changed. */
export class Comparison {
  readonly judge: Judge;
  readonly rollout: RolloutId | undefined;
  readonly shadow: ShadowCounts;
  /** Milliseconds since 1970, of the step; infinite between steps. */
  readonly openedAtMs: number;
  readonly stable = noSample();
  readonly canary = noSample();
  /** Whether the judge knows something that is not saved yet. */
  unsaved = true;
  readonly #kind: StepPlan['kind'] | undefined;

  /** @param step absent between steps, when nothing counts */
  constructor(
    readonly goesOn: GoesOn,
    step?: OpenStep,
  ) {
    this.judge = goesOn.judge;
    this.rollout = goesOn.rollout;
    this.shadow = goesOn.shadow;
    this.openedAtMs = step?.openedAtMs ?? Infinity;
    this.#kind = step?.kind;
  }

  /** The weight is another one than the judge's step was opened for, and the next is not open yet. */
  get isBetweenSteps(): boolean {
    return this.#kind === undefined;
  }

  /** Whether only requests count that both arms had. */
  get isOfPairs(): boolean {
    return this.#kind === 'shadow';
  }

  /**
   * Counts one request. In a shadow step it says nothing by itself: copies are dropped at busy
   * moments, so stable's other requests would be compared with the canary's calmer ones.
   */
  record(observation: Observation): void {
    if (!this.isBetweenSteps && !this.isOfPairs) this.#record(observation);
  }

  /**
   * Counts both halves of a pair, in the step and in the bucket in which the request started.
   * @returns whether the pair counts: it is of this step, and the step is one of pairs
   */
  recordPair(pair: ComparedPair): boolean {
    const { startedAtMs } = pair.stable;
    if (!this.isOfPairs || startedAtMs < this.openedAtMs) return false;
    this.shadow.count(pair);
    this.#record(pair.stable);
    this.#record({ ...pair.canary, startedAtMs });
    if (pair.agree !== undefined) this.judge.recordPair(pair.agree);
    return true;
  }

  #record(observation: Observation): void {
    this.judge.record(observation);
    this.unsaved = true;
    // A request that started before this step belongs to the step before, as the judge knows.
    if (observation.startedAtMs < this.openedAtMs) return;
    const sample = observation.arm === Arm.Stable ? this.stable : this.canary;
    sample.requests += 1;
    if (observation.outcome !== Outcome.Ok) {
      sample.errors += 1;
      sample.pulse.count(undefined);
      return;
    }
    sample.pulse.count(observation.latencyMs);
    if (observation.prediction !== undefined) sample.predictions.count(observation.prediction);
    sample.newest[sample.moments.count % newestKept] = observation.latencyMs;
    addToMoments(sample.moments, observation.latencyMs);
  }
}
