import type { ModelName } from '../domain/ids.js';
import type { Observation } from '../domain/observation.js';
import type {
  Attempt,
  Clocks,
  GivenAnswer,
  Witness,
} from '../serving/gateway/answer-prediction.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import type { ShadowPair, Shed } from '../serving/gateway/shadow-pair.js';
import { StatisticsBook, type ArmStatistics } from './arm-statistics.js';
import type { Comparisons } from './comparisons.js';
import type { Disagreements } from './disagreements.js';
import { ShadowCounts } from './shadow-counts.js';
import { WindowedRate } from './windowed-rate.js';

/** Counts what the gateway did, and hands what can be compared to the comparison. */
export class ServiceWitness implements Witness {
  readonly statistics = new StatisticsBook();
  /** What users met: a request that stable answered for the canary is none of these errors. */
  readonly #users = new Map<ModelName, WindowedRate>();
  readonly fallbacks = new Map<ModelName, number>();
  /** Is told of every attempt as well, also of copies, once somebody sets it. */
  alsoTold: ((attempt: Attempt) => void) | undefined;
  /** What became of copies, by model; a model that never had one is not in it. */
  readonly shadows = new Map<ModelName, ShadowCounts>();

  constructor(
    private readonly comparisons: Comparisons,
    private readonly clocks: Clocks,
    readonly disagreements: Disagreements,
  ) {}

  answered(model: ServedModel, answer: GivenAnswer): void {
    this.comparisons.remember(model, answer);
  }

  observed(model: ServedModel, observation: Observation): void {
    this.comparisons.record(model, observation);
  }

  shadowed(model: ServedModel, pair: ShadowPair): void {
    this.alsoTold?.(pair.copy);
    this.#shadowOf(model.name).count(pair);
    // The canary worked on it like on any request; no user has met what came of it.
    countWork(this.#pageOf(pair.copy), pair.copy, this.clocks.monotonicMs());
    if (pair.agree === false) this.disagreements.record(pair);
    this.comparisons.recordShadow(model, pair);
  }

  shadowShed(model: ServedModel, why: Shed): void {
    this.#shadowOf(model.name).shed[why] += 1;
    this.comparisons.shadowShed(model, why);
  }

  attempted(attempt: Attempt): void {
    this.alsoTold?.(attempt);
    const { model, failure } = attempt;
    const page = this.#pageOf(attempt);
    if (failure !== undefined && failure.status < 500) {
      page.rejected += 1;
      return;
    }
    const nowMs = this.clocks.monotonicMs();
    countWork(page, attempt, nowMs);
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

  #pageOf({ model, version, arm }: Attempt): ArmStatistics {
    const page = this.statistics.of(model.name, version, arm);
    page.requests += 1;
    page.lastRequestAtMs = this.clocks.wallMs();
    return page;
  }

  #shadowOf(model: ModelName): ShadowCounts {
    const known = this.shadows.get(model);
    if (known !== undefined) return known;
    const counts = new ShadowCounts();
    this.shadows.set(model, counts);
    return counts;
  }

  #usersOf(model: ModelName): WindowedRate {
    const known = this.#users.get(model);
    if (known !== undefined) return known;
    const rate = new WindowedRate();
    this.#users.set(model, rate);
    return rate;
  }
}

function countWork(
  page: ArmStatistics,
  { failure, rows, latencyMs }: Attempt,
  nowMs: number,
): void {
  page.recent.count(failure !== undefined, nowMs);
  if (failure === undefined) {
    page.rows += rows;
    page.latencySeconds.observe(latencyMs / 1000);
  } else {
    page.failures.set(failure.code, (page.failures.get(failure.code) ?? 0) + 1);
    page.failureCount += 1;
    page.failureSeconds += latencyMs / 1000;
  }
}
