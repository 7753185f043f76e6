import type { Exchange, Sender, Sending } from '../sender.js';
import type { LoadClock } from './load-clock.js';

/** One request of the test, from when it should have started to its end. */
export interface Flight {
  /** Of the targets, by index. */
  readonly target: number;
  /** Of the inputs, by index. */
  readonly input: number;
  /** When it should have started; of a closed loop, when it did. */
  readonly intendedAtMs: number;
  /** When the generator got round to it: what is lost until then is the client's own delay. */
  readonly handedOverAtMs: number;
}

/** How a flight ended: with what the sender says, or not within the time-out. */
export type Landing =
  Exchange | { readonly kind: 'timeout'; readonly sentAtMs: number | undefined };

/** Requests under way, in the order in which they should have started. */
export class Flights {
  readonly #underWay = new Map<Flight, Sending | undefined>();
  #goOn: (() => void) | undefined;
  #stopLooking: (() => void) | undefined;

  constructor(
    private readonly senders: readonly Sender[],
    private readonly clock: LoadClock,
    private readonly timeoutMs: number,
    private readonly onLanded: (flight: Flight, landing: Landing) => void,
  ) {}

  get count(): number {
    return this.#underWay.size;
  }

  launch(flight: Flight): void {
    this.#underWay.set(flight, undefined);
    const sending = this.senders[flight.target]?.send(flight.input, (exchange) => {
      if (this.#underWay.delete(flight)) this.#landed(flight, exchange);
    });
    this.#underWay.set(flight, sending);
    this.#stopLooking ??= this.#lookForTimeouts();
  }

  /**
   * How many requests to a target have been under way for longer than this.
   * @param sinceMs of those that should have started from then on
   */
  olderThan(ms: number, target: number, sinceMs: number): number {
    const beforeMs = this.clock.nowMs() - ms;
    let count = 0;
    for (const flight of this.#underWay.keys()) {
      if (flight.intendedAtMs > beforeMs) break;
      if (flight.target === target && flight.intendedAtMs >= sinceMs) count += 1;
    }
    return count;
  }

  /** How many requests to a target are under way, and for how long the oldest one has been. */
  unanswered(
    target: number,
    sinceMs: number,
  ): { readonly count: number; readonly oldestMs: number } {
    const nowMs = this.clock.nowMs();
    let count = 0;
    let oldestMs = 0;
    for (const flight of this.#underWay.keys()) {
      if (flight.target !== target || flight.intendedAtMs < sinceMs) continue;
      if (count === 0) oldestMs = nowMs - flight.intendedAtMs;
      count += 1;
    }
    return { count, oldestMs };
  }

  /** Resolves when nothing is under way, or nobody wants to wait any more. */
  async landed(): Promise<void> {
    if (this.#underWay.size > 0) await new Promise<void>((resolve) => (this.#goOn = resolve));
  }

  /** Whoever waits for the landing of all goes on without it. */
  stopWaiting(): void {
    this.#goOn?.();
  }

  /** Forgets what is under way. */
  abandon(): void {
    for (const sending of this.#underWay.values()) sending?.cancel();
    this.#underWay.clear();
    this.#stopLooking?.();
  }

  /** One timer for all: they expire in the order in which they were launched. */
  #lookForTimeouts(): () => void {
    return this.clock.after(Math.min(50, this.timeoutMs / 4), () => {
      const before = this.clock.nowMs() - this.timeoutMs;
      for (const [flight, sending] of this.#underWay) {
        if (flight.intendedAtMs > before) break;
        this.#underWay.delete(flight);
        sending?.cancel();
        this.#landed(flight, { kind: 'timeout', sentAtMs: sending?.sentAtMs });
      }
      this.#stopLooking = this.#underWay.size === 0 ? undefined : this.#lookForTimeouts();
    });
  }

  #landed(flight: Flight, landing: Landing): void {
    this.onLanded(flight, landing);
    if (this.#underWay.size === 0) this.#goOn?.();
  }
}
