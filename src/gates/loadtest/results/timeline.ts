import { QuantileSketch } from '../../../stats/sketch.js';

/** One second of the measurement, or several where a test is long. */
export interface TimelinePoint {
  /** Seconds since the measurement began, of its beginning. */
  readonly second: number;
  /** How many seconds it stands for. */
  readonly seconds: number;
  /** Good answers that came in it. */
  readonly answered: number;
  /** Requests that should have started in it, and failed. */
  readonly failed: number;
  /** Of the requests that should have started in it, in milliseconds; null: there were none. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
}

/** A sketch a second is kept while there are at most so many; then two become one, and so on. */
const mostSlots = 600;

interface Slot {
  answered: number;
  failed: number;
  latency: QuantileSketch;
}

/** What happened when, second by second. */
export class Timeline {
  #slots: (Slot | undefined)[] = [];
  #secondsPerSlot = 1;

  constructor(private readonly startMs: number) {}

  answered(atMs: number): void {
    this.#slotAt(atMs).answered += 1;
  }

  failed(intendedAtMs: number): void {
    this.#slotAt(intendedAtMs).failed += 1;
  }

  took(intendedAtMs: number, latencyMs: number): void {
    this.#slotAt(intendedAtMs).latency.add(latencyMs);
  }

  /** @param last at most so many, the latest */
  points(last = mostSlots): TimelinePoint[] {
    const first = Math.max(0, this.#slots.length - last);
    return Array.from(this.#slots.slice(first), (slot, index) => ({
      second: (first + index) * this.#secondsPerSlot,
      seconds: this.#secondsPerSlot,
      answered: slot?.answered ?? 0,
      failed: slot?.failed ?? 0,
      p50Ms: slot?.latency.quantile(0.5) ?? null,
      p99Ms: slot?.latency.quantile(0.99) ?? null,
      maxMs: slot?.latency.quantile(1) ?? null,
    }));
  }

  #slotAt(atMs: number): Slot {
    const second = Math.max(0, Math.floor((atMs - this.startMs) / 1000));
    while (Math.floor(second / this.#secondsPerSlot) >= mostSlots) this.#halve();
    const index = Math.floor(second / this.#secondsPerSlot);
    return (this.#slots[index] ??= { answered: 0, failed: 0, latency: new QuantileSketch() });
  }

  #halve(): void {
    const halved: (Slot | undefined)[] = [];
    for (const [index, slot] of this.#slots.entries()) {
      const into = index >> 1;
      const before = halved[into];
      if (before === undefined || slot === undefined) halved[into] = before ?? slot;
      else {
        before.answered += slot.answered;
        before.failed += slot.failed;
        before.latency.merge(slot.latency);
      }
    }
    this.#slots = halved;
    this.#secondsPerSlot *= 2;
  }
}
