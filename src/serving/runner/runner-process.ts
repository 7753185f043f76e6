import { errorCatalogue, type ErrorCode } from '../../domain/error-catalogue.js';
import { SerinError } from '../../domain/errors.js';
import type { Signature } from '../../domain/signature.js';
import type { Tensor } from '../../domain/tensor.js';
import { encodeFrame } from './encode-frame.js';
import { FrameDecoder } from './frame-decoder.js';
import { FrameError, type Frame } from './frames.js';
import { InFlight } from './in-flight.js';
import type { LaunchedChild } from './launch.js';
import { readLines } from './log-lines.js';
import { formatMebibytes, watchMemory } from './memory-limit.js';
import type { Runner, RunnerExit, RunnerOptions } from './runner.js';

/** How long a process that was asked to end may take. */
const endWithinMs = 2000;

/** The gateway's side of a child process, from its start to its end. */
export class RunnerProcess implements Runner {
  /** Settles when the model is loaded and warm; never, when it is not. */
  readonly ready: Promise<{ readonly signature: Signature }>;
  readonly exited: Promise<RunnerExit>;
  /** What the child said when it could not load the model. */
  loadError: SerinError | undefined;

  readonly #child: LaunchedChild;
  readonly #inFlight: InFlight;
  readonly #maxInFlight: number;
  readonly #drainMs: number;
  readonly #stopWatching: () => void;
  #signature: Signature | undefined;
  #nextId = 1;
  #open = true;
  #exit: RunnerExit | undefined;
  #onReady: (ready: { readonly signature: Signature }) => void = () => undefined;
  #onDrained: () => void = () => undefined;

  constructor(child: LaunchedChild, options: RunnerOptions) {
    const timeoutMs = options.requestTimeoutMs ?? 30_000;
    const stuckAfterMs = options.stuckAfterMs ?? 2 * timeoutMs;
    this.#child = child;
    this.#maxInFlight = options.maxInFlight ?? 64;
    this.#drainMs = timeoutMs;
    this.#inFlight = new InFlight(
      timeoutMs,
      stuckAfterMs,
      () => {
        this.end('stuck', `it worked on one request for more than ${stuckAfterMs} ms`);
      },
      () => {
        this.#onDrained();
      },
    );
    this.ready = new Promise((resolve) => (this.#onReady = resolve));
    this.exited = this.#watchExit();
    this.#stopWatching = this.#watchMemory(options.memoryLimitBytes);
    this.#readFrames();
    const onLog = options.onLog ?? (() => undefined);
    for (const stream of [child.stdout, child.stderr]) readLines(stream, onLog);
  }

  get pid(): number {
    return this.#child.process.pid ?? 0;
  }

  get signature(): Signature {
    return this.#signature ?? { inputs: [], outputs: [] };
  }

  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    return new Promise((resolve, reject) => {
      if (!this.#open) throw new SerinError('upstream-unavailable');
      if (this.#inFlight.size >= this.#maxInFlight) throw new SerinError('overloaded');
      const id = this.#takeId();
      const pieces = encodeInputs(id, inputs);
      this.#inFlight.add(id, resolve, reject);
      this.#send(pieces);
    });
  }

  kill(): void {
    this.#child.process.kill('SIGKILL');
  }

  leak(mebibytesPerSecond: number): void {
    if (this.#open) this.#send(encodeFrame({ kind: 'leak', id: 0, mebibytesPerSecond }));
  }

  /** Kills the process, and remembers why. */
  end(reason: RunnerExit['reason'], detail: string): void {
    this.#open = false;
    this.#exit ??= { reason, detail };
    this.kill();
  }

  async close(): Promise<void> {
    this.#open = false;
    if (this.#inFlight.size > 0) {
      const drained = new Promise<void>((resolve) => (this.#onDrained = resolve));
      await within(this.#drainMs, drained);
    }
    this.#exit ??= { reason: 'closed', detail: 'it was closed' };
    this.#child.socket.end();
    if (!(await within(endWithinMs, this.exited))) this.kill();
    await this.exited;
  }

  #takeId(): number {
    const id = this.#nextId;
    this.#nextId = id === 0xffffffff ? 1 : id + 1;
    return id;
  }

  #send(pieces: readonly Uint8Array[]): void {
    const { socket } = this.#child;
    if (pieces.length > 1) socket.cork();
    for (const piece of pieces) socket.write(piece);
    if (pieces.length > 1) socket.uncork();
  }

  #readFrames(): void {
    const { socket } = this.#child;
    const decoder = new FrameDecoder((frame) => {
      this.#take(frame);
    });
    socket.on('data', (chunk) => {
      this.#orEnd(() => {
        decoder.push(chunk);
      });
    });
    // What went wrong is said by the process's exit; here it only must not be thrown.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#open = false;
      this.#inFlight.failAll(processEnded());
    });
  }

  /** Whoever sends what is no frame cannot be understood any more. */
  #orEnd(read: () => void): void {
    if (this.#exit?.reason === 'protocol') return;
    try {
      read();
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.end('protocol', `it sent something else than a frame: ${error.message}`);
    }
  }

  #take(frame: Frame): void {
    switch (frame.kind) {
      case 'answer':
        this.#settle(frame.id, frame.tensors);
        return;
      case 'failure':
        if (frame.id === 0) this.loadError = toError(frame);
        else this.#settle(frame.id, toError(frame));
        return;
      case 'ready':
        this.#signature = frame.signature;
        this.#onReady({ signature: frame.signature });
        return;
      case 'infer':
      case 'leak':
        throw new FrameError(`a gateway is not sent "${frame.kind}"`);
    }
  }

  #settle(id: number, outcome: readonly Tensor[] | SerinError): void {
    if (!this.#inFlight.settle(id, outcome)) {
      throw new FrameError(`an answer to request ${id}, which was not asked`);
    }
  }

  #watchExit(): Promise<RunnerExit> {
    const { process: child } = this.#child;
    return new Promise((resolve) => {
      const settle = (exit: RunnerExit): void => {
        this.#open = false;
        this.#stopWatching();
        this.#exit ??= exit;
        this.#inFlight.failAll(processEnded());
        resolve(this.#exit);
      };
      // "close" comes after "exit", when everything that the process wrote has been read.
      child.on('close', (code, signal) => {
        settle(
          signal === null
            ? { reason: 'ended', detail: `it ended with code ${code ?? 0}` }
            : { reason: 'signal', detail: `it was ended by ${signal}` },
        );
      });
      child.on('error', (error) => {
        if (child.pid === undefined) settle({ reason: 'ended', detail: error.message });
      });
    });
  }

  #watchMemory(limitBytes: number | undefined): () => void {
    if (limitBytes === undefined || this.pid === 0) return () => undefined;
    return watchMemory(this.pid, limitBytes, (residentBytes) => {
      const used = formatMebibytes(residentBytes);
      this.end('memory', `it used ${used} of memory, its limit is ${formatMebibytes(limitBytes)}`);
    });
  }
}

/** @throws SerinError `invalid-input` when no frame can hold them */
function encodeInputs(id: number, tensors: readonly Tensor[]): Uint8Array[] {
  try {
    return encodeFrame({ kind: 'infer', id, tensors });
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    throw new SerinError('invalid-input', { found: error.message, cause: error });
  }
}

function toError({ code, expected, found }: Frame & { kind: 'failure' }): SerinError {
  const known = Object.hasOwn(errorCatalogue, code) ? (code as ErrorCode) : 'upstream-failed';
  return new SerinError(known, {
    ...(expected === '' ? {} : { expected }),
    ...(found === '' ? {} : { found }),
  });
}

function processEnded(): SerinError {
  return new SerinError('upstream-failed', { found: 'a runner process that ended meanwhile' });
}

/** Whether `done` settles within `ms`. */
async function within(ms: number, done: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const inTime = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
