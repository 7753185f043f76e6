import type { ModelName } from '../domain/ids.js';
import type { Observation } from '../domain/observation.js';
import type {
  Attempt,
  Clocks,
  GivenAnswer,
  Witness,
} from '../serving/gateway/answer-prediction.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import { StatisticsBook } from './arm-statistics.js';
import type { Comparisons } from './comparisons.js';
import { WindowedRate } from './windowed-rate.js';

/** Counts what the gateway did, and hands what can be compared to the comparison. */
export class ServiceWitness implements Witness {
  readonly statistics = new StatisticsBook();
  /** What users met: a request that stable answered for the canary is none of these errors. */
  readonly #users = new Map<ModelName, WindowedRate>();
  readonly fallbacks = new Map<ModelName, number>();
  /** Is told of every attempt as well, once somebody sets it. */
  alsoTold: ((attempt: Attempt) => void) | undefined;

  constructor(
    private readonly comparisons: Comparisons,
    private readonly clocks: Clocks,
  ) {}

  answered(model: ServedModel, answer: GivenAnswer): void {
    this.comparisons.remember(model, answer);
  }

  observed(model: ServedModel, observation: Observation): void {
    this.comparisons.record(model, observation);
  }

  attempted(attempt: Attempt): void {
    this.alsoTold?.(attempt);
    const { model, version, arm, failure, latencyMs } = attempt;
    const page = this.statistics.of(model.name, version, arm);
    page.requests += 1;
    page.lastRequestAtMs = this.clocks.wallMs();
    if (failure !== undefined && failure.status < 500) {
      page.rejected += 1;
      return;
    }
    const nowMs = this.clocks.monotonicMs();
    page.recent.count(failure !== undefined, nowMs);
    if (failure === undefined) {
      page.rows += attempt.rows;
      page.latencySeconds.observe(latencyMs / 1000);
    } else {
      page.failures.set(failure.code, (page.failures.get(failure.code) ?? 0) + 1);
      page.failureCount += 1;
      page.failureSeconds += latencyMs / 1000;
    }
    // Such a failure reaches no user: stable answers, and that attempt is told separately.
    if (attempt.hasFallback && failure !== undefined) {
      this.fallbacks.set(model.name, (this.fallbacks.get(model.name) ?? 0) + 1);
    } else {
      this.#usersOf(model.name).count(failure !== undefined, nowMs);
    }
  }

  /**
   * Requests of the last minute, and the percentage of them whose users met an error; 0 when there
   * was no request, as nobody met one.
   */
  usersInWindow(models: readonly ServedModel[]): { requests: number; error_rate: number } {
    const nowMs = this.clocks.monotonicMs();
    let requests = 0;
    let bad = 0;
    for (const { name } of models) {
      const read = this.#usersOf(name).read(nowMs);
      requests += read.events;
      bad += read.bad;
    }
    return { requests, error_rate: requests === 0 ? 0 : (100 * bad) / requests };
  }

  #usersOf(model: ModelName): WindowedRate {
    const known = this.#users.get(model);
    if (known !== undefined) return known;
    const rate = new WindowedRate();
    this.#users.set(model, rate);
    return rate;
  }
}
