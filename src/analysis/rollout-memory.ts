import type { SketchSummary } from '../domain/summary.js';
import type { SplitSeen } from '../domain/verdict.js';
import type { Moments } from '../stats/moments.js';
import { refuse } from '../stats/require.js';
import { QuantileSketch } from '../stats/sketch.js';
import type { BucketFrame } from './bucket-frame.js';
import type { Bucket } from './bucket.js';
import type { CheckInput } from './check-input.js';
import {
  Clustering,
  noDesignEffects,
  type ClusteringState,
  type DesignEffects,
} from './clustering.js';
import { addEventBucket } from './event-sums.js';
import type { JudgeSettings } from './judge-settings.js';
import type { LabelledPairBucket } from './labelled-pair-buckets.js';
import { addMeanBucket } from './mean-sums.js';
import { PredictionTable, type PredictionTableState } from './prediction-table.js';
import type { PairBucket } from './shadow-pairs.js';
import {
  addBucketToStep,
  addEventsToStep,
  isComparable,
  newStep,
  type StepMemory,
  type StepPlan,
} from './step-memory.js';
import { splitOf } from './split.js';
import { restoredStep, storedStep, type StoredStep } from './stored-steps.js';
import { tailQuestions, type TailQuestion } from './tail-questions.js';
import { TailThresholds, type TailThresholdsState } from './tail-thresholds.js';

/** A rollout has at most this many steps. */
export const stepLimit = 1000;

/** The state as data. */
export interface RolloutMemoryState {
  readonly steps: readonly StoredStep[];
  readonly tails: TailThresholdsState;
  readonly predictions: PredictionTableState;
  readonly clustering?: ClusteringState;
  /** Indices of the steps in which the split was proven wrong; absent where there are none. */
  readonly wrongSplits?: readonly number[];
  /** Latencies of the current step. */
  readonly latency: { readonly stable: SketchSummary; readonly canary: SketchSummary };
}

/**
 * What the judge keeps of everything that has been closed: running sums a step, stable's recent
 * tail, the predictions so far. Its size does not depend on the number of requests.
 */
export class RolloutMemory {
  readonly #settings: JudgeSettings;
  readonly #questions: readonly TailQuestion[];
  readonly #steps: StepMemory[];
  readonly #tails: TailThresholds;
  readonly #predictions: PredictionTable;
  readonly #clustering: Clustering | undefined;
  /** Evidence that has crossed its threshold has done so for good: it may sink, the proof stays. */
  readonly #wrongSplits: Set<number>;
  #latency: { stable: QuantileSketch; canary: QuantileSketch };

  constructor(settings: JudgeSettings, state?: RolloutMemoryState) {
    this.#settings = settings;
    this.#questions = tailQuestions(settings.checks);
    this.#steps = (state?.steps ?? []).map(restoredStep);
    this.#tails = new TailThresholds(state?.tails);
    this.#predictions = new PredictionTable(state?.predictions);
    this.#clustering = settings.sticky ? new Clustering(state?.clustering) : undefined;
    this.#wrongSplits = new Set(state?.wrongSplits);
    const sketch = (summary?: SketchSummary): QuantileSketch =>
      summary === undefined ? new QuantileSketch() : QuantileSketch.fromSummary(summary);
    this.#latency = {
      stable: sketch(state?.latency.stable),
      canary: sketch(state?.latency.canary),
    };
  }

  /** The index of the current step; −1 before the first. */
  get currentStep(): number {
    return this.#steps.length - 1;
  }

  /** Index of the newest step that had begun by then; undefined before the first. */
  stepAt(timeMs: number): number | undefined {
    const index = this.#steps.findLastIndex(({ openedAtMs }) => openedAtMs <= timeMs);
    return index < 0 ? undefined : index;
  }

  get steps(): readonly StepMemory[] {
    return this.#steps;
  }

  /** @throws SerinError `invalid-statistics-input` beyond 1,000 steps */
  beginStep(plan: StepPlan, nowMs: number): void {
    if (this.#steps.length >= stepLimit) refuse(`at most ${stepLimit} steps`, stepLimit + 1);
    this.#steps.push(newStep(plan, nowMs, this.#settings));
    this.#latency = { stable: new QuantileSketch(), canary: new QuantileSketch() };
  }

  /** The classes that predictions are counted by; every frame so far has the first of them. */
  get labels(): readonly string[] {
    return this.#predictions.labels;
  }

  /** What the next bucket is counted by: decided by what has been closed so far. */
  nextFrame(openedAtMs: number): BucketFrame {
    const { latencyFloorMs, latencyToleranceMs, sticky } = this.#settings;
    const thresholds = this.#tails.logThresholds(this.#questions, {
      latencyFloorMs,
      latencyToleranceMs,
    });
    return {
      openedAtMs,
      slowStable: thresholds?.stable,
      slowCanary: thresholds?.canary,
      ...this.#predictions.frame(),
      latencyFloorMs,
      sticky,
    };
  }

  addBucket(stepIndex: number, bucket: Bucket): void {
    const step = this.#steps[stepIndex];
    if (step === undefined) return;
    addBucketToStep(step, bucket, this.#settings);
    this.#tails.addClosedBucket(bucket.stable.latency);
    this.#predictions.addClosedBucket(bucket);
    if (stepIndex === this.currentStep) {
      this.#latency.stable.merge(bucket.stable.latency);
      this.#latency.canary.merge(bucket.canary.latency);
    }
    if (!isComparable(step)) return;
    this.#clustering?.addClosedBucket(bucket);
    if (step.kind !== 'weight') return;
    if (this.#splitOfAll(this.#effects()).wrong) this.#wrongSplits.add(stepIndex);
  }

  /** @param stepIndex a step that is over, to whose requests these answers came late */
  addLateBucket(stepIndex: number, bucket: Bucket): void {
    const step = this.#steps[stepIndex];
    if (step !== undefined) addEventsToStep(step, bucket);
  }

  addPairs({ step: stepIndex, agreed, disagreed }: PairBucket): void {
    const step = this.#steps[stepIndex];
    if (step === undefined) return;
    addEventBucket(step.agreement, disagreed, agreed, disagreed + agreed);
  }

  /** @param stepIndex the step in which the arms answered, which may be over */
  addLabelledPairs(stepIndex: number, bucket: LabelledPairBucket): void {
    const step = this.#steps[stepIndex];
    if (step === undefined) return;
    const { canaryWrong, stableWrong, pairs } = bucket;
    addEventBucket(step.labelledPairs, canaryWrong, stableWrong, pairs);
  }

  /** @param stepIndex the step in which the answers were given, which may be over */
  addFeedback(stepIndex: number, canary: Moments, stable: Moments): void {
    const step = this.#steps[stepIndex];
    if (step === undefined) return;
    step.canaryLabels += canary.count;
    step.stableLabels += stable.count;
    addMeanBucket(step.feedback, canary, stable);
  }

  checkInput(): CheckInput {
    const effects = this.#effects();
    const split = this.#splitOfAll(effects);
    return {
      settings: this.#settings,
      steps: this.#comparedSteps(),
      effects,
      split: { ...split, wrong: split.wrong || this.#wrongSplits.has(this.currentStep) },
      latency: this.#latency,
      predictions: this.#predictions,
    };
  }

  /** A step whose split was wrong proves nothing: once it is over, it is left out. */
  #comparedSteps(): StepMemory[] {
    return this.#steps.filter(
      (step, index) =>
        isComparable(step) && (index === this.currentStep || !this.#wrongSplits.has(index)),
    );
  }

  /** Over all steps: what was wrong in one is likely to be in the next, until much says otherwise. */
  #splitOfAll(effects: DesignEffects): SplitSeen {
    return splitOf(this.#steps.filter(isComparable), effects);
  }

  #effects(): DesignEffects {
    return this.#clustering?.effects() ?? noDesignEffects;
  }

  toState(): RolloutMemoryState {
    return {
      steps: this.#steps.map(storedStep),
      tails: this.#tails.toState(),
      predictions: this.#predictions.toState(),
      ...(this.#clustering === undefined ? {} : { clustering: this.#clustering.toState() }),
      ...(this.#wrongSplits.size === 0 ? {} : { wrongSplits: [...this.#wrongSplits] }),
      latency: {
        stable: this.#latency.stable.toSummary(),
        canary: this.#latency.canary.toSummary(),
      },
    };
  }
}
