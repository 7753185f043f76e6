import type { SketchSummary } from '../domain/summary.js';
import { QuantileSketch } from '../stats/sketch.js';
import type { JudgeSettings } from './judge-settings.js';
import { logMargin } from './latency-margins.js';
import type { TailQuestion } from './tail-questions.js';

type LatencyLimits = Pick<JudgeSettings, 'latencyFloorMs' | 'latencyToleranceMs'>;

/** How many requests of stable one sketch gathers, and how many sketches are kept. */
const refreshAfter = 1000;
const kept = 5;

/** The state of the thresholds as data. */
export interface TailThresholdsState {
  readonly full: readonly SketchSummary[];
  readonly filling: SketchSummary;
  readonly p95?: number;
  readonly p99?: number;
}

/**
 * Where stable's tail begins, as its last about 5,000 requests say: five rotating sketches, a new
 * threshold about every 1,000 requests. The first bucket gives the first one: it is rough, but the same
 * for both arms, and waiting for 1,000 requests would leave a small service without tails for long. Only closed buckets come in, so a threshold never depends
 * on the requests that it is applied to.
 */
export class TailThresholds {
  #full: QuantileSketch[];
  #filling: QuantileSketch;
  #p95: number | undefined;
  #p99: number | undefined;

  constructor(state?: TailThresholdsState) {
    this.#full = (state?.full ?? []).map((sketch) => QuantileSketch.fromSummary(sketch));
    this.#filling =
      state === undefined ? new QuantileSketch() : QuantileSketch.fromSummary(state.filling);
    this.#p95 = state?.p95;
    this.#p99 = state?.p99;
  }

  /** Takes in stable's latencies of one closed bucket. */
  addClosedBucket(stable: QuantileSketch): void {
    this.#filling.merge(stable);
    const isDue = this.#filling.count >= refreshAfter;
    if (!isDue && this.#p95 !== undefined) return;
    const recent = new QuantileSketch();
    for (const sketch of [...this.#full.slice(-(kept - 1)), this.#filling]) recent.merge(sketch);
    if (isDue) {
      this.#full = [...this.#full.slice(-(kept - 1)), this.#filling];
      this.#filling = new QuantileSketch();
    }
    this.#p95 = recent.quantile(0.95);
    this.#p99 = recent.quantile(0.99);
  }

  /**
   * The thresholds that the next bucket is counted by, as logarithms of milliseconds.
   * @returns undefined before the first bucket with requests of stable
   */
  logThresholds(
    questions: readonly TailQuestion[],
    { latencyFloorMs, latencyToleranceMs }: LatencyLimits,
  ): { stable: number[]; canary: number[] } | undefined {
    const p95 = this.#p95;
    const p99 = this.#p99;
    if (p95 === undefined || p99 === undefined) return undefined;
    const stable = questions.map(({ quantile, factor }) =>
      Math.log(Math.max(latencyFloorMs, quantile === 'p95' ? p95 : p99) * factor),
    );
    const canary = stable.map(
      (log, index) => log + logMargin(questions[index]?.tolerance ?? 0, latencyToleranceMs, log),
    );
    return { stable, canary };
  }

  toState(): TailThresholdsState {
    return {
      full: this.#full.map((sketch) => sketch.toSummary()),
      filling: this.#filling.toSummary(),
      ...(this.#p95 === undefined ? {} : { p95: this.#p95 }),
      ...(this.#p99 === undefined ? {} : { p99: this.#p99 }),
    };
  }
}
