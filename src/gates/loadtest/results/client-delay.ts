import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { QuantileSketch } from '../../../stats/sketch.js';
import { latenciesOf, type Latencies } from './latencies.js';

/** What the load generator itself was late by, so that nobody blames the server for it. */
export interface ClientDelay {
  /**
   * Of an open loop: from when a request was due to when the generator got round to it. It is part
   * of the latency, and no fault of the server.
   */
  readonly lagMs: Latencies | null;
  /**
   * Of a closed loop: the share of time in which the generator had something to do, 0 to 1; null of
   * less than a second, in which it was mostly compiled.
   */
  readonly busy: number | null;
  /** CPU seconds of this process a second. */
  readonly cpus: number;
}

/** Above this the generator is late because it has no time, not because of the clock. */
const busyLimit = 0.95;
/** The generator's own delay that is too small to matter to anybody. */
const harmlessLagMs = 1;
/** From a tenth of the latency on it matters. */
const matteringShare = 10;

/** Seconds. */
const shortestWatch = 1;

/** Watches the process that generates the load. */
export class ClientWatch {
  readonly lag = new QuantileSketch();
  #lagSum = 0;
  #loop: EventLoopUtilization = performance.eventLoopUtilization();
  #cpu = process.cpuUsage();
  #sinceMs = performance.now();

  /** The measurement begins: what was before does not count. */
  restart(): void {
    this.#loop = performance.eventLoopUtilization();
    this.#cpu = process.cpuUsage();
    this.#sinceMs = performance.now();
  }

  addLag(ms: number): void {
    this.lag.add(ms);
    this.#lagSum += ms;
  }

  /** @param loop an open loop has a lag; of a closed one only the load of the process is known */
  delay(loop: 'open' | 'closed'): ClientDelay {
    const { user, system } = process.cpuUsage(this.#cpu);
    const seconds = (performance.now() - this.#sinceMs) / 1000;
    return {
      lagMs: loop === 'open' ? latenciesOf(this.lag, this.#lagSum) : null,
      busy:
        loop === 'closed' && seconds >= shortestWatch
          ? performance.eventLoopUtilization(this.#loop).utilization
          : null,
      cpus: seconds === 0 ? 0 : (user + system) / 1e6 / seconds,
    };
  }
}

/**
 * Why the figures say something about the client and not about the server; undefined where they do
 * not.
 * @param latencyMs of the target
 */
export function clientBottleneck(
  { lagMs, busy }: ClientDelay,
  latencyMs: Latencies | null,
): string | undefined {
  if (busy !== null && busy > busyLimit) {
    return `the load generator was busy ${(100 * busy).toFixed(0)}% of the time: the server could have answered more`;
  }
  if (lagMs === null || latencyMs === null) return undefined;
  const matters = (['p50', 'p99'] as const).some(
    (quantile) =>
      lagMs[quantile] > harmlessLagMs && lagMs[quantile] > latencyMs[quantile] / matteringShare,
  );
  if (!matters) return undefined;
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  return `the load generator sent requests ${ms(lagMs.p50)} (p50) to ${ms(lagMs.p99)} (p99) late, which is part of their latency`;
}
