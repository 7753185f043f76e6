import type { Arm } from '../domain/arm.js';
import type { ModelName, VersionName } from '../domain/ids.js';
import { Histogram } from './histogram.js';
import { WindowedRate } from './windowed-rate.js';

/** Upper bounds in seconds: from a tenth of a millisecond, as small models answer in less than one. */
const latencyBounds = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
  30,
];

/** Everything counted for one version on one arm since the server started. */
export class ArmStatistics {
  readonly latencySeconds = new Histogram(latencyBounds);
  /** Failures of the arm (not of the client) by error code. */
  readonly failures = new Map<string, number>();
  readonly recent = new WindowedRate();
  requests = 0;
  rows = 0;
  /** Requests that were the client's mistake. */
  rejected = 0;
  failureCount = 0;
  /** Time spent on requests that failed. */
  failureSeconds = 0;
  /** Milliseconds since 1970; 0 before the first. */
  lastRequestAtMs = 0;

  constructor(
    readonly model: ModelName,
    readonly version: VersionName,
    readonly arm: Arm,
  ) {}
}

/** The statistics of all models, versions and arms. */
export class StatisticsBook {
  readonly #models = new Map<ModelName, ArmStatistics[]>();

  of(model: ModelName, version: VersionName, arm: Arm): ArmStatistics {
    const pages = this.ofModel(model);
    for (const page of pages) if (page.version === version && page.arm === arm) return page;
    const page = new ArmStatistics(model, version, arm);
    pages.push(page);
    this.#models.set(model, pages);
    return page;
  }

  ofModel(model: ModelName): ArmStatistics[] {
    return this.#models.get(model) ?? [];
  }

  all(): ArmStatistics[] {
    return [...this.#models.values()].flat();
  }
}
