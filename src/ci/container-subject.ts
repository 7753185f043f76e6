import { setTimeout as wait } from 'node:timers/promises';
import type { LoadRequest, SingleAnswer } from '../gates/loadtest/sender.js';
import { HttpSubject } from '../gates/smoke/http-subject.js';
import { NotReady, type SmokeSubject } from '../gates/smoke/subject.js';
import type { CiEngine } from './ports.js';

const linesShown = 30;

/** Engines take a while to say whether a container still runs. */
const lookEveryMs = 500;
const lookWithinMs = 2_000;

/** A container that runs already, and goes on when its test has passed. */
export class ContainerSubject implements SmokeSubject {
  readonly #server: HttpSubject;
  #log: readonly string[] = [];
  readonly #interrupted: Promise<never>;

  /**
   * @param healthPath answers with a status from 200 to 299 once it is healthy
   * @param signal ends every wait, with what it aborts with
   */
  constructor(
    private readonly engine: CiEngine,
    private readonly container: string,
    url: string,
    healthPath: string,
    private readonly signal: AbortSignal,
  ) {
    this.#server = new HttpSubject(url, healthPath);
    this.#interrupted = new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
    // Whoever waits is told; when nobody does, nobody has to be.
    this.#interrupted.catch(() => undefined);
  }

  get name(): string {
    return this.#server.name;
  }

  get path(): string {
    return this.#server.path;
  }

  async start(deadlineMs: number): Promise<void> {
    const untilMs = performance.now() + deadlineMs;
    for (;;) {
      const seen = await this.#unlessInterrupted(this.#server.look(lookWithinMs));
      if (seen === 'ready') return;
      if (!(await this.engine.isRunning(this.container))) {
        throw new NotReady(`the container has ended; before that: ${seen}`, true);
      }
      if (performance.now() >= untilMs) throw new NotReady(seen, false);
      await this.#unlessInterrupted(wait(lookEveryMs));
    }
  }

  ask(request: LoadRequest, timeoutMs: number): Promise<SingleAnswer> {
    return this.#unlessInterrupted(this.#server.ask(request, timeoutMs));
  }

  log(): readonly string[] {
    return this.#log;
  }

  #unlessInterrupted<T>(waited: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    return Promise.race([waited, this.#interrupted]);
  }

  /** Reads what it wrote while it is still there; stopping it is for the stages. */
  async stop(): Promise<void> {
    this.#log = await this.engine.logs(this.container, linesShown);
  }
}
