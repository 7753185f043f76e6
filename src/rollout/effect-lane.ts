import { backOffMs } from './back-off.js';
import type { Effect } from './machine/effects.js';
import type { Clock } from './ports.js';

/** Whose effects a lane carries out; the lane itself knows only their order. */
export interface LaneOwner {
  /** Whether the effect still has to be carried out; asked before every try. */
  isWanted(effect: Effect): boolean;
  /** Whether it has to wait until `poke`, though it is wanted. */
  isHeld(effect: Effect): boolean;
  /** Carries it out, and tells the machine the answer. */
  perform(effect: Effect): Promise<void>;
  /** A try failed. @returns whether that was the last one */
  failed(effect: Effect, failures: number, thrown: unknown): Promise<boolean>;
  /** It was not wanted any more. */
  dropped(effect: Effect): void;
}

/** Carries out effects one after the other, each until it worked, was given up, or is out of date. */
export class EffectLane {
  #queue: Effect[] = [];
  #runs = false;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(
    private readonly owner: LaneOwner,
    private readonly clock: Clock,
  ) {}

  get isIdle(): boolean {
    return !this.#runs;
  }

  push(effect: Effect): void {
    if (this.#queue.some(({ id }) => id === effect.id)) return;
    this.#queue.push(effect);
    this.#start();
  }

  /** Before everything that waits; what is under way is finished first. */
  pushFirst(effect: Effect): void {
    this.#queue.unshift(effect);
    this.#start();
  }

  /** Something changed: what waits is looked at again. */
  poke(): void {
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.poke();
  }

  #start(): void {
    this.poke();
    if (this.#runs || this.#closed) return;
    this.#runs = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    let effect: Effect | undefined;
    while ((effect = this.#queue[0]) !== undefined) await this.#carryOut(effect);
    this.#runs = false;
  }

  /** Returns when the effect is settled, or when another one has come before it. */
  async #carryOut(effect: Effect): Promise<void> {
    let failures = 0;
    while (this.#queue[0] === effect) {
      if (!this.owner.isWanted(effect)) {
        this.#remove(effect);
        this.owner.dropped(effect);
      } else if (this.owner.isHeld(effect)) {
        await this.#wait();
      } else {
        try {
          await this.owner.perform(effect);
          this.#remove(effect);
        } catch (thrown) {
          failures++;
          if (await this.owner.failed(effect, failures, thrown)) this.#remove(effect);
          else await this.#backOff(effect, backOffMs(failures));
        }
      }
    }
  }

  #remove(effect: Effect): void {
    this.#queue = this.#queue.filter((candidate) => candidate !== effect);
  }

  /** Waits, but not for an effect that is out of date, nor while another has come before it. */
  async #backOff(effect: Effect, ms: number): Promise<void> {
    let over = false;
    const cancel = this.clock.after(ms, () => {
      over = true;
      this.poke();
    });
    // `over` is set by the callback, which the compiler does not see.
    while (!(over as boolean) && this.#queue[0] === effect && this.owner.isWanted(effect)) {
      await this.#wait();
    }
    cancel();
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}
