import { SerinError, toSerinError } from '../../domain/errors.js';
import type { Signature } from '../../domain/signature.js';
import type { Tensor } from '../../domain/tensor.js';
import { RunnerState, type ProcessUsage, type TensorModel } from '../tensor-model.js';
import { backOffMs } from './back-off.js';
import { realClock, type Clock } from './clock.js';
import { readProcessUsage } from './process-usage.js';
import { startRunner, type Runner, type RunnerOptions } from './runner.js';

export interface SupervisorOptions extends RunnerOptions {
  /** Throws when the file is not the version any more; asked before every start but the first. */
  readonly verify?: () => Promise<void>;
  /** Is told of every change, after it has happened. */
  readonly onChange?: (status: RunnerStatus) => void;
  readonly clock?: Clock;
  /** Draws from 0 to 1. */
  readonly random?: () => number;
  /** How a process is started; tests have their own. */
  readonly start?: (options: RunnerOptions) => Promise<Runner>;
}

/** Where a version's process stands. */
export interface RunnerStatus {
  readonly state: RunnerState;
  readonly pid: number | undefined;
  /** Starts after the first. */
  readonly restarts: number;
  /** Why the last process ended, or could not be started: `it was ended by SIGSEGV`. */
  readonly lastReason: string | undefined;
}

/** Ready for so long, a process counts as healthy again: the next failure is a first one. */
const healthyAfterMs = 10_000;

/**
 * Keeps one version served: starts its process, and starts it again whenever it has died.
 *
 * `starting` becomes `ready` when the model is loaded and warm. A process that dies then is
 * `backing-off` until it is `starting` again; so is one that fails to start again, because it has
 * loaded before, and one whose file is not the version's any more, until it is. Only when it never loaded it is `failed`, and stays so. `close` ends all of it in
 * `closed`. Requests are answered in `ready`, and refused at once in every other state.
 */
export class Supervisor implements TensorModel {
  readonly #options: SupervisorOptions;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #closing = new AbortController();
  #state: RunnerState = RunnerState.Starting;
  #runner: Runner | undefined;
  #signature: Signature | undefined;
  #starting: Promise<void> | undefined;
  #cancelRestart: () => void = () => undefined;
  #readySinceMs = 0;
  #failures = 0;
  #restarts = 0;
  #lastReason: string | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#random = options.random ?? Math.random;
  }

  /**
   * Starts the first process; further ones start by themselves.
   * @throws SerinError `model-load-failed` when it could not be loaded; the state is `failed` then
   */
  start(): Promise<void> {
    this.#starting ??= this.#startFirst();
    return this.#starting;
  }

  get status(): RunnerStatus {
    return {
      state: this.#state,
      pid: this.#runner?.pid,
      restarts: this.#restarts,
      lastReason: this.#lastReason,
    };
  }

  /** As ONNX Runtime reads it from the file; nothing before it was loaded for the first time. */
  get signature(): Signature | undefined {
    return this.#signature;
  }

  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    if (this.#runner !== undefined) return this.#runner.infer(inputs);
    const found = `a version that is ${this.#state}`;
    return Promise.reject(new SerinError('upstream-unavailable', { found }));
  }

  /** Memory and CPU time of the process; nothing while there is none. */
  async usage(): Promise<ProcessUsage | undefined> {
    const pid = this.#runner?.pid;
    return pid === undefined ? undefined : readProcessUsage(pid);
  }

  /** Kills the process, as a crash would: for fault injection. */
  kill(): void {
    this.#runner?.kill();
  }

  /** Has the process that runs now leak memory: for fault injection. */
  leak(mebibytesPerSecond: number): void {
    this.#runner?.leak(mebibytesPerSecond);
  }

  /** Lets what is under way finish, ends the process, and starts none any more. */
  async close(): Promise<void> {
    this.#cancelRestart();
    this.#closing.abort();
    const runner = this.#runner;
    this.#runner = undefined;
    if (this.#state !== RunnerState.Closed) this.#become(RunnerState.Closed);
    await Promise.allSettled([this.#starting, runner?.close()]);
  }

  async #startFirst(): Promise<void> {
    try {
      await this.#startProcess();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#become(RunnerState.Failed, reasonOf(error));
      throw error;
    }
  }

  async #startAgain(): Promise<void> {
    this.#restarts++;
    this.#become(RunnerState.Starting);
    try {
      await this.#options.verify?.();
      if (this.#closing.signal.aborted) return;
      await this.#startProcess();
    } catch (error) {
      this.#backOff(reasonOf(error));
    }
  }

  async #startProcess(): Promise<void> {
    const start = this.#options.start ?? startRunner;
    const runner = await start({ ...this.#options, signal: this.#closing.signal });
    if (this.#closing.signal.aborted) {
      await runner.close();
      throw new SerinError('upstream-unavailable', { found: 'a version that was closed' });
    }
    this.#runner = runner;
    this.#signature = runner.signature;
    this.#readySinceMs = this.#clock.nowMs();
    this.#become(RunnerState.Ready);
    void runner.exited.then(({ detail }) => {
      if (this.#runner !== runner) return;
      this.#runner = undefined;
      if (this.#clock.nowMs() - this.#readySinceMs >= healthyAfterMs) this.#failures = 0;
      this.#backOff(detail);
    });
  }

  #backOff(reason: string): void {
    if (this.#closing.signal.aborted) return;
    this.#failures++;
    this.#become(RunnerState.BackingOff, reason);
    this.#cancelRestart = this.#clock.after(backOffMs(this.#failures, this.#random()), () => {
      this.#starting = this.#startAgain();
    });
  }

  #become(state: RunnerState, reason = this.#lastReason): void {
    this.#state = state;
    this.#lastReason = reason;
    this.#options.onChange?.(this.status);
  }
}

function reasonOf(error: unknown): string {
  return toSerinError(error).message;
}
