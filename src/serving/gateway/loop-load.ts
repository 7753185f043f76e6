import { performance } from 'node:perf_hooks';

/** How long the load is averaged over; looking takes a microsecond, which is too much a request. */
const windowMs = 100;

/** From this share of working time on, requests wait for each other: nothing is to spare. */
const busyFrom = 0.9;

/** Tells whether this process's event loop has time to spare. */
export class LoopLoad {
  #lookedAtMs: number;
  #workedMs: number;
  #isBusy = false;

  /**
   * @param nowMs milliseconds, monotone
   * @param workedMs milliseconds that the event loop has worked, in all
   */
  constructor(
    private readonly nowMs: () => number,
    private readonly workedMs: () => number = () => performance.eventLoopUtilization().active,
  ) {
    this.#lookedAtMs = nowMs();
    this.#workedMs = workedMs();
  }

  isBusy(): boolean {
    const nowMs = this.nowMs();
    const sinceMs = nowMs - this.#lookedAtMs;
    if (sinceMs < windowMs) return this.#isBusy;
    const workedMs = this.workedMs();
    this.#isBusy = workedMs - this.#workedMs >= busyFrom * sinceMs;
    this.#lookedAtMs = nowMs;
    this.#workedMs = workedMs;
    return this.#isBusy;
  }
}
