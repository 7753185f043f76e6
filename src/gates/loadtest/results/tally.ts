import { QuantileSketch } from '../../../stats/sketch.js';
import type { Flight, Landing } from '../drive/flights.js';
import type { Fault } from './fault.js';
import { FailureBook } from './failure-book.js';
import { Timeline } from './timeline.js';

/** The stretch of time that is measured, on the clock of the test. */
export interface Measurement {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** A clock that shows 0 ms has no logarithm: as the judge has it. */
const shortestMs = 0.01;

/**
 * Counts what became of the requests to one target. A request belongs to the time at which it should
 * have started; those of the warm-up are counted apart. Latencies are of good answers, and of
 * time-outs as the time-out: an error that comes quickly makes nothing faster.
 */
export class Tally {
  /** From when a request should have started to its answer, in milliseconds. */
  readonly latency = new QuantileSketch();
  /** From when it was really sent. */
  readonly service = new QuantileSketch();
  serviceSum = 0;
  readonly failures = new FailureBook();
  readonly timeline: Timeline;
  readonly warmUp = { requests: 0, failed: 0 };
  requests = 0;
  good = 0;
  /** Good answers that came while the measurement lasted. */
  goodInTime = 0;
  latencySum = 0;
  /** Of natural logarithms of latencies. */
  #logSum = 0;
  maxMs = 0;
  readonly #over: { readonly limitMs: number; count: number }[];

  /** @param watchedMs latencies whose excesses are counted exactly */
  constructor(
    private readonly measured: Measurement,
    private readonly timeoutMs: number,
    watchedMs: readonly number[],
  ) {
    this.#over = watchedMs.map((limitMs) => ({ limitMs, count: 0 }));
    this.timeline = new Timeline(measured.fromMs);
  }

  get failed(): number {
    return this.requests - this.good;
  }

  /** e to the mean of the logarithms, in milliseconds: what the judge compares; undefined of none. */
  get geometricMean(): number | undefined {
    return this.latency.count === 0 ? undefined : Math.exp(this.#logSum / this.latency.count);
  }

  /** Requests whose latency exceeded a watched one. */
  over(limitMs: number): number {
    return this.#over.find((watched) => watched.limitMs === limitMs)?.count ?? 0;
  }

  /** @param fault what was found to be wrong with it */
  record(flight: Flight, landing: Landing, fault: Fault | undefined): void {
    const { fromMs, untilMs } = this.measured;
    const { intendedAtMs } = flight;
    if (intendedAtMs < fromMs) {
      this.warmUp.requests += 1;
      if (fault !== undefined) this.warmUp.failed += 1;
      return;
    }
    this.requests += 1;
    if (landing.kind === 'timeout') this.#addLatency(intendedAtMs, this.timeoutMs);
    if (fault !== undefined) {
      this.failures.add(fault, intendedAtMs - fromMs);
      this.timeline.failed(intendedAtMs);
      return;
    }
    if (landing.kind !== 'answer') return;
    this.good += 1;
    const { endedAtMs, sentAtMs } = landing;
    if (endedAtMs <= untilMs) this.goodInTime += 1;
    const serviceMs = Math.max(0, endedAtMs - sentAtMs);
    this.service.add(serviceMs);
    this.serviceSum += serviceMs;
    this.#addLatency(intendedAtMs, Math.max(0, endedAtMs - intendedAtMs));
    this.timeline.answered(endedAtMs);
  }

  #addLatency(intendedAtMs: number, latencyMs: number): void {
    this.latency.add(latencyMs);
    this.latencySum += latencyMs;
    this.#logSum += Math.log(Math.max(latencyMs, shortestMs));
    this.maxMs = Math.max(this.maxMs, latencyMs);
    this.timeline.took(intendedAtMs, latencyMs);
    for (const watched of this.#over) if (latencyMs > watched.limitMs) watched.count += 1;
  }
}
