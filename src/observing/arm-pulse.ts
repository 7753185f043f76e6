/** How many latencies of one beat are kept: quantiles of more would not differ to be seen. */
const mostLatencies = 2_000;

/** What one arm did in a stretch of time. Latencies are of answered requests, in milliseconds. */
export interface ArmBeat {
  readonly requests: number;
  readonly errors: number;
  /** Undefined where no request was answered. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** Counts what one arm does, from one beat to the next: what charts are drawn from. */
export class ArmPulse {
  readonly #latencies = new Float64Array(mostLatencies);
  #answered = 0;
  #errors = 0;

  /** @param latencyMs undefined for a request that was not answered */
  count(latencyMs: number | undefined): void {
    if (latencyMs === undefined) this.#errors++;
    else this.#latencies[this.#answered++ % mostLatencies] = latencyMs;
  }

  /** What was counted since the last beat. */
  beat(): ArmBeat {
    const kept = Math.min(this.#answered, mostLatencies);
    const sorted = this.#latencies.slice(0, kept).sort();
    const quantile = (q: number) => sorted[Math.max(0, Math.ceil(q * kept) - 1)];
    const beat = {
      requests: this.#answered + this.#errors,
      errors: this.#errors,
      p50Ms: quantile(0.5),
      p95Ms: quantile(0.95),
      p99Ms: quantile(0.99),
    };
    this.#answered = 0;
    this.#errors = 0;
    return beat;
  }
}
