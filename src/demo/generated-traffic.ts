export interface TrafficSource {
  /** Sends one row to the model; may fail. */
  readonly send: (features: readonly number[]) => Promise<void>;
  /** Whether there is still something to send requests for; asked every second. */
  readonly isWanted: () => Promise<boolean>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** About eighty requests a second: enough to judge within a minute or two, little for a laptop. */
const clients = 4;
const restMs = 45;

/** A demo that somebody forgot ends by itself. */
const longestMs = 15 * 60_000;

/** How many numbers the rows of the sample model `churn` have, each around 0. */
const rowLength = 5;

/** Requests that the server makes up and sends to itself, until nobody wants them any more. */
export class GeneratedTraffic {
  requests = 0;
  isRunning = true;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(private readonly source: TrafficSource) {
    for (let i = 0; i < clients; i += 1) void this.#sendForEver();
    this.#every(1000, () => void this.#stopWhenUnwanted());
    this.#timers.add(setTimeout(() => this.stop(), longestMs));
  }

  stop(): void {
    this.isRunning = false;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  async #sendForEver(): Promise<void> {
    while (this.isRunning) {
      const { random, send } = this.source;
      const row = Array.from({ length: rowLength }, () => aroundZero(random));
      // A failed request is the rollout's to judge; the demo goes on.
      await send(row).catch(() => undefined);
      this.requests += 1;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs * 2 * random());
        timer.unref();
      });
    }
  }

  async #stopWhenUnwanted(): Promise<void> {
    // Where nobody can say whether it is wanted, it is not: it must never end the server.
    if (!(await this.source.isWanted().catch(() => false))) this.stop();
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms));
  }
}

/** Nearly normal, with a standard deviation of 1: the sum of twelve even draws. */
function aroundZero(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += random();
  return Number(sum.toFixed(3));
}
