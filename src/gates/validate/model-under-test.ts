import { SerinError } from '../../domain/errors.js';
import type { Signature } from '../../domain/signature.js';
import type { Tensor } from '../../domain/tensor.js';
import type { ModelProcess, ProcessEnd, StartedProcess } from './model-process.js';

/** Why there is no answer: the model failed on the inputs, or its process did. */
export interface AskFailure {
  readonly kind: ProcessEnd['kind'] | 'refused';
  readonly words: string;
}

export type Asked =
  | { readonly outputs: readonly Tensor[]; readonly failure?: undefined }
  | { readonly failure: AskFailure };

/** A model that crashes on everything would be started anew for every question. */
const mostRestarts = 3;

/**
 * A model that is asked many things, some of which may end its process. It is started again then,
 * so that one crash does not hide what else there is to find.
 */
export class ModelUnderTest {
  #restartsLeft = mostRestarts;
  #isClosed = false;
  #peakMemoryBytes = 0;

  private constructor(
    private process: ModelProcess,
    private readonly restart: () => Promise<StartedProcess>,
  ) {
    this.signature = process.signature;
    this.readyAfterMs = process.readyAfterMs;
  }

  readonly signature: Signature;
  /** Of the first start. */
  readonly readyAfterMs: number;

  /** Starts the model; what went wrong otherwise. */
  static async start(
    start: () => Promise<StartedProcess>,
  ): Promise<ModelUnderTest | Exclude<StartedProcess, { process: ModelProcess }>> {
    const started = await start();
    return 'process' in started ? new ModelUnderTest(started.process, start) : started;
  }

  /** Predicts; never throws for what the model does. */
  async ask(inputs: readonly Tensor[]): Promise<Asked> {
    try {
      return { outputs: await this.process.infer(inputs) };
    } catch (thrown) {
      if (!(thrown instanceof SerinError)) throw thrown;
      if (thrown.code === 'model-run-failed' || thrown.code === 'invalid-input') {
        return { failure: { kind: 'refused', words: inWords(thrown) } };
      }
      return { failure: await this.#afterDeath(thrown) };
    }
  }

  /** The most memory that the process had so far, and the ones before it. */
  async peakMemoryBytes(): Promise<number | undefined> {
    const now = await this.process.peakMemoryBytes();
    if (now === undefined && this.#peakMemoryBytes === 0) return undefined;
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, now ?? 0);
    return this.#peakMemoryBytes;
  }

  /** Ends the process, also while it predicts; it is not started again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.process.close();
  }

  /** What ended the process; a process that only takes too long is ended here. */
  async #afterDeath(error: SerinError): Promise<AskFailure> {
    const isLate = error.code === 'upstream-timeout';
    if (isLate) await this.process.close();
    const end = await this.process.ended;
    if (this.#restartsLeft > 0 && !this.#isClosed) {
      this.#restartsLeft -= 1;
      const started = await this.restart();
      if ('process' in started) this.process = started.process;
    }
    return isLate
      ? { kind: 'timed-out', words: `no answer${expectedOf(error)}` }
      : { kind: end.kind, words: end.words };
  }
}

function inWords({ words, message }: SerinError): string {
  const { expected, found } = words;
  if (found === undefined) return message;
  return expected === undefined ? found : `expected ${expected}, found ${found}`;
}

function expectedOf({ words }: SerinError): string {
  return words.expected?.replace(/^an answer/, '') ?? '';
}
