import { toSerinError } from '../../domain/errors.js';
import { backOffMs } from '../runner/back-off.js';
import type { Clock } from '../runner/clock.js';
import { RunnerState } from '../tensor-model.js';
import { untilHealthy } from './healthy.js';
import type { RunningServer, ServerStarter } from './running-server.js';
import { warmUp } from './warm-up.js';

export interface SupervisedServerOptions {
  /** Path that says whether it is healthy; undefined: `/health`, where there is one. */
  readonly health: string | undefined;
  /** The body of a prediction that it is warmed up with; undefined: it is not. */
  readonly warmUp: unknown;
  readonly startDeadlineMs: number;
  readonly clock: Clock;
  /** Draws from 0 to 1. */
  readonly random: () => number;
  /** Is told of every change, after it has happened. */
  readonly onChange: (status: ServerStatus) => void;
}

/** Where a version's server stands. */
export interface ServerStatus {
  readonly state: RunnerState;
  readonly pid: number | undefined;
  /** Starts after the first. */
  readonly restarts: number;
  /** Why it ended last, or could not be started. */
  readonly lastReason: string | undefined;
}

/** Healthy for so long, its next end counts as a first one. */
const healthyAfterMs = 10_000;

/**
 * Keeps one version's HTTP server running: takes up what an earlier Serin left, else starts it, and
 * starts it again with back-off whenever it has ended. The states are those of a runner's
 * supervisor: one that was never healthy is `failed` and stopped, one that was is `backing-off`.
 */
export class SupervisedServer {
  readonly #closing = new AbortController();
  #state: RunnerState = RunnerState.Starting;
  #server: RunningServer | undefined;
  #starting: Promise<void> = Promise.resolve();
  #cancelRestart: () => void = () => undefined;
  #healthySinceMs = 0;
  #failures = 0;
  #restarts = 0;
  #lastReason: string | undefined;

  constructor(
    private readonly starter: ServerStarter,
    private readonly options: SupervisedServerOptions,
  ) {}

  get status(): ServerStatus {
    return {
      state: this.#state,
      pid: this.#server?.pid,
      restarts: this.#restarts,
      lastReason: this.#lastReason,
    };
  }

  /**
   * Resolves when it is healthy.
   * @throws SerinError `launch-failed`, `address-in-use`; nothing is left running then
   */
  async start(): Promise<void> {
    try {
      await this.#takeUpOrStart();
    } catch (thrown) {
      await this.starter.forget();
      this.#become(RunnerState.Failed, toSerinError(thrown).message);
      throw thrown;
    }
  }

  /** Where it answers, once it has started. */
  get url(): string {
    return `http://127.0.0.1:${this.starter.port}`;
  }

  /** Ends it at once, as a crash would. */
  kill(): void {
    this.#server?.kill();
  }

  /** Stops it, and starts none any more. */
  async close(): Promise<void> {
    this.#cancelRestart();
    this.#closing.abort();
    await this.#starting;
    const server = this.#server;
    this.#server = undefined;
    this.#become(RunnerState.Closed);
    await server?.stop();
    await this.starter.forget();
  }

  async #takeUpOrStart(): Promise<void> {
    const running = await this.starter.takeUp();
    if (running !== undefined) {
      try {
        await this.#becomeHealthy(running);
        return;
      } catch (thrown) {
        // One that hangs is no use to anybody; a fresh one may be.
        this.#lastReason = toSerinError(thrown).message;
      }
    }
    await this.#becomeHealthy(await this.starter.start(this.#closing.signal));
  }

  async #startAgain(): Promise<void> {
    this.#restarts += 1;
    this.#become(RunnerState.Starting);
    try {
      await this.#becomeHealthy(await this.starter.start(this.#closing.signal));
    } catch (thrown) {
      this.#backOff(toSerinError(thrown).message);
    }
  }

  async #becomeHealthy(server: RunningServer): Promise<void> {
    const { health, warmUp: body, startDeadlineMs, clock } = this.options;
    const { signal } = this.#closing;
    try {
      await untilHealthy(server, {
        port: this.starter.port,
        path: health,
        deadlineMs: startDeadlineMs,
        signal,
      });
      if (body !== undefined) {
        await warmUp({ url: this.url, body, signal, nowMs: () => clock.nowMs() });
      }
    } catch (thrown) {
      await server.stop();
      throw thrown;
    }
    this.#server = server;
    this.#healthySinceMs = clock.nowMs();
    this.#become(RunnerState.Ready);
    void server.ended.then((reason) => {
      if (this.#server !== server) return;
      this.#server = undefined;
      if (clock.nowMs() - this.#healthySinceMs >= healthyAfterMs) this.#failures = 0;
      this.#backOff(reason);
    });
  }

  #backOff(reason: string): void {
    if (this.#closing.signal.aborted) return;
    this.#failures += 1;
    this.#become(RunnerState.BackingOff, reason);
    const { clock, random } = this.options;
    this.#cancelRestart = clock.after(backOffMs(this.#failures, random()), () => {
      this.#starting = this.#startAgain();
    });
  }

  #become(state: RunnerState, reason = this.#lastReason): void {
    this.#state = state;
    this.#lastReason = reason;
    this.options.onChange(this.status);
  }
}
