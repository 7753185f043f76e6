import { Arm } from '../../src/domain/arm.js';
import type { ModelName, RequestId } from '../../src/domain/ids.js';
import { Outcome, type Observation } from '../../src/domain/observation.js';
import type { Comparisons } from '../../src/observing/comparisons.js';
import type { ServedModel } from '../../src/serving/gateway/served-model.js';
import type { Random } from '../../src/stats/random.js';

/** Requests that nobody sent: each is drawn, with its arm, its latency and its prediction. */
export class DrawnTraffic {
  /** Models whose requests are copied to the canary. */
  readonly copied = new Set<ModelName>();

  /** @param rate requests a second of each model */
  constructor(
    private readonly comparisons: Comparisons,
    private readonly random: Random,
    private readonly rate: number,
    private readonly wallMs: () => number,
  ) {}

  /** @param isSlow whether the canary takes twice as long */
  draw(model: ServedModel, seconds: number, isSlow: boolean): void {
    for (let due = this.rate * seconds; due > 0; due--) {
      if (due < 1 && this.random.uniform() >= due) break;
      const isCanary = this.random.uniform() * 100 < model.split.weight;
      const stable = this.#observation(Arm.Stable, false);
      if (isCanary) this.comparisons.record(model, this.#observation(Arm.Canary, isSlow));
      else this.comparisons.record(model, stable);
      if (!isCanary && this.copied.has(model.name)) {
        const canary = this.#observation(Arm.Canary, isSlow);
        const difference = { absolute: 0.01, relative: 0.02 };
        this.comparisons.recordPair(model, { stable, canary, agree: true, difference });
      }
    }
  }

  #observation(arm: Arm, isSlow: boolean): Observation {
    return {
      requestId: 'drawn' as RequestId,
      startedAtMs: this.wallMs(),
      arm,
      latencyMs: (isSlow ? 20 : 10) * (1 + this.random.uniform()),
      outcome: Outcome.Ok,
      prediction: { kind: 'score', value: this.random.uniform() },
    };
  }
}
