import { Arm } from '../domain/arm.js';
import type { ErrorCode } from '../domain/error-catalogue.js';
import type { ModelName } from '../domain/ids.js';
import { Outcome, type Observation } from '../domain/observation.js';
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
import type { ObservationKind } from './source.js';
import { WindowedRate } from './windowed-rate.js';

/** What a failure is called of which only the outcome is known. */
const failureCodes = {
  [Outcome.Error]: 'upstream-failed',
  [Outcome.Timeout]: 'upstream-timeout',
} as const satisfies Partial<Record<Outcome, ErrorCode>>;

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
    this.comparisons.recordPair(model, pair);
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

  /** A request that something in front of both arms passed on: its status codes are all that is known. */
  passedOn(
    model: ServedModel,
    { arm, outcome, startedAtMs, latencyMs }: Observation,
    kind: ObservationKind,
  ): void {
    const served = model.arm(arm);
    if (served === undefined) return;
    const failed = outcome !== Outcome.Ok;
    const nowMs = this.clocks.monotonicMs();
    const { version } = served.upstream.version;
    const page = this.#pageOf({ model, version, arm }, startedAtMs + latencyMs);
    page.recent.count(failed, nowMs);
    if (failed) countFailure(page, failureCodes[outcome], latencyMs);
    else countAnswer(page, 1, latencyMs);
    if (kind === 'shadow') return;
    // What the canary failed, stable answered.
    const fellBack = failed && arm === Arm.Canary;
    if (fellBack) this.fallbacks.set(model.name, (this.fallbacks.get(model.name) ?? 0) + 1);
    this.#usersOf(model.name).count(failed && !fellBack, nowMs);
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

  #pageOf(
    { model, version, arm }: Pick<Attempt, 'model' | 'version' | 'arm'>,
    atMs = this.clocks.wallMs(),
  ): ArmStatistics {
    const page = this.statistics.of(model.name, version, arm);
    page.requests += 1;
    // Lines of a log come a little out of order.
    page.lastRequestAtMs = Math.max(page.lastRequestAtMs, atMs);
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
  if (failure === undefined) countAnswer(page, rows, latencyMs);
  else countFailure(page, failure.code, latencyMs);
}

function countAnswer(page: ArmStatistics, rows: number, latencyMs: number): void {
  page.rows += rows;
  page.latencySeconds.observe(latencyMs / 1000);
}

function countFailure(page: ArmStatistics, code: string, latencyMs: number): void {
  page.failures.set(code, (page.failures.get(code) ?? 0) + 1);
  page.failureCount += 1;
  page.failureSeconds += latencyMs / 1000;
}
