import type { ClosedLoad } from '../plan.js';
import type { LoadClock } from './load-clock.js';

/** Nobody asks a server that is not there again at once. */
const afterFailureMs = 100;

/**
 * Users who come one after the other, and each of whom sends a request, waits for its answer, thinks,
 * and sends the next.
 */
export class ClosedLoop {
  #users = 0;
  #stopped = false;
  readonly #cancels = new Set<() => void>();

  /**
   * @param random from 0 up to, not including, 1
   * @param launch sends one request now; the user goes on when `answered` is called, which is never
   * before `launch` has returned
   */
  constructor(
    private readonly load: ClosedLoad,
    private readonly clock: LoadClock,
    private readonly random: () => number,
    private readonly launch: (answered: (gotAnswer: boolean) => void) => void,
  ) {}

  /** Users who have come so far. */
  get users(): number {
    return this.#users;
  }

  start(): void {
    const { users, spawnPerSecond } = this.load;
    for (let user = 0; user < users; user += 1) {
      this.#after((1000 * user) / spawnPerSecond, () => {
        this.#users += 1;
        this.#ask();
      });
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #ask(): void {
    if (this.#stopped) return;
    this.launch((gotAnswer) => {
      const { from, to } = this.load.thinkMs;
      const thinkMs = from + (to - from) * this.random();
      // A timer of 0 ms takes a millisecond, in which the server would have nothing to do.
      if (gotAnswer && thinkMs === 0) this.#ask();
      else this.#after(gotAnswer ? thinkMs : Math.max(thinkMs, afterFailureMs), () => this.#ask());
    });
  }

  #after(ms: number, then: () => void): void {
    if (this.#stopped) return;
    const cancel = this.clock.after(ms, () => {
      this.#cancels.delete(cancel);
      then();
    });
    this.#cancels.add(cancel);
  }
}
