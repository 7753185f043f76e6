import { SerinError } from '../domain/errors.js';
import type { PredictionSpec } from '../domain/version.js';
import type { Tensor } from '../domain/tensor.js';
import { distorted, withoutNumbers } from './injected-outputs.js';

/** Latency added to a request: always the same, or drawn anew from a log-normal distribution. */
export type AddedLatency =
  | { readonly distribution: 'fixed'; readonly ms: number }
  | { readonly distribution: 'lognormal'; readonly medianMs: number; readonly sigma: number };

/** What is made to go wrong on one arm; shares are from 0 to 1. */
export interface FaultPlan {
  readonly latency?: AddedLatency;
  /** Share of requests that fail. */
  readonly errorShare?: number;
  /** Share of requests whose output is distorted. */
  readonly wrongOutputShare?: number;
  /** Share of requests whose output is not a number. */
  readonly nonFiniteShare?: number;
  /** What the arm's process takes and does not give back, so much more each second. */
  readonly leakMebibytesPerSecond?: number;
}

/** Injects faults into one arm, for demos and tests. */
export class FaultInjector {
  #plan: FaultPlan = {};
  #isIdle = true;

  /** @param random independent draws from 0 (included) to 1 (not included) */
  constructor(private readonly random: () => number) {}

  get plan(): FaultPlan {
    return this.#plan;
  }

  set plan(plan: FaultPlan) {
    const { latency, errorShare, wrongOutputShare, nonFiniteShare, ...others } = plan;
    const { leakMebibytesPerSecond: leak } = others;
    const wants = [errorShare, wrongOutputShare, nonFiniteShare, leak];
    this.#plan = plan;
    this.#isIdle = latency === undefined && wants.every((wanted = 0) => wanted === 0);
  }

  /** Whether nothing is injected: the usual case, asked twice a request. */
  get isIdle(): boolean {
    return this.#isIdle;
  }

  /**
   * Delays this request only, and fails the planned share of requests.
   * @param timeoutMs what the version may take for an answer, the delay included
   * @throws SerinError `upstream-failed`, or `upstream-timeout` where the delay is longer than that
   */
  async beforeAnswer(timeoutMs: number): Promise<void> {
    const delayMs = this.#drawDelayMs();
    if (delayMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(delayMs, timeoutMs)));
    }
    if (delayMs >= timeoutMs) {
      throw new SerinError('upstream-timeout', {
        expected: `an answer within ${timeoutMs} ms`,
        found: `an injected latency of ${Math.round(delayMs)} ms`,
      });
    }
    if (this.random() < (this.plan.errorShare ?? 0)) {
      throw new SerinError('upstream-failed', { found: 'an injected fault' });
    }
  }

  /** The outputs, distorted or without numbers for the planned shares of requests. */
  distort(outputs: readonly Tensor[], prediction: PredictionSpec): readonly Tensor[] {
    if (this.random() < (this.plan.nonFiniteShare ?? 0)) return outputs.map(withoutNumbers);
    if (this.random() >= (this.plan.wrongOutputShare ?? 0)) return outputs;
    return outputs.map((output) => distorted(output, prediction));
  }

  #drawDelayMs(): number {
    const latency = this.plan.latency;
    if (latency === undefined) return 0;
    switch (latency.distribution) {
      case 'fixed':
        return latency.ms;
      case 'lognormal':
        return latency.medianMs * Math.exp(latency.sigma * this.#drawNormal());
    }
  }

  /** A standard normal draw (Box & Muller 1958). */
  #drawNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.random()));
    return radius * Math.cos(2 * Math.PI * this.random());
  }
}
