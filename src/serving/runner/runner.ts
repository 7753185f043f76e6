import { SerinError } from '../../domain/errors.js';
import type { Signature } from '../../domain/signature.js';
import type { TensorModel } from '../tensor-model.js';
import { launchChild } from './launch.js';
import { RunnerProcess } from './runner-process.js';

export interface RunnerOptions {
  /** Absolute path of the .onnx file. */
  readonly file: string;
  readonly model: string;
  readonly version: string;
  /** Rows in the largest batch that it will be sent; what it is warmed up with. Default 64. */
  readonly maxBatchSize?: number;
  /** Threads of one operator. Default 1 (DESIGN, decision 3). */
  readonly threads?: number;
  /** Resident memory beyond which the process is killed, also while it loads. Default: no limit. */
  readonly memoryLimitBytes?: number;
  /** Until the model has to be loaded and warm. Default 60 s. */
  readonly startDeadlineMs?: number;
  /** Until one request is given up. Default 30 s. */
  readonly requestTimeoutMs?: number;
  /** Without any answer while requests wait, until the process is killed. Default: twice that. */
  readonly stuckAfterMs?: number;
  /** Requests sent and not answered, beyond which more are refused. Default 64. */
  readonly maxInFlight?: number;
  /** Takes what the process writes, line by line. */
  readonly onLog?: (line: string) => void;
  /** Gives up a start that is under way. */
  readonly signal?: AbortSignal;
  /** The child's script; its own by default. */
  readonly entry?: string | URL;
}

/** Why a runner's process ended. */
export interface RunnerExit {
  readonly reason: 'closed' | 'ended' | 'signal' | 'memory' | 'stuck' | 'deadline' | 'protocol';
  /** The same in words: `it was ended by SIGSEGV`. */
  readonly detail: string;
}

/** A child process that has loaded one ONNX version, and predicts with it. */
export interface Runner extends TensorModel {
  readonly pid: number;
  /** As ONNX Runtime reads it from the file; only outputs that are tensors. */
  readonly signature: Signature;
  /** Settles when the process is gone, for whatever reason. */
  readonly exited: Promise<RunnerExit>;
  /** Kills the process, as a crash would: for fault injection. */
  kill(): void;
  /** Has the process take so many MiB more each second, or give all back: for fault injection. */
  leak(mebibytesPerSecond: number): void;
  /** Takes no more requests, waits for those under way, and ends the process. */
  close(): Promise<void>;
}

/**
 * Starts a child process for an ONNX file, and waits until it is loaded and warm. Nothing of it is
 * left when this fails.
 * @throws SerinError `model-load-failed`: with ONNX Runtime's words, or why the process ended
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { file, model, version, maxBatchSize = 64, threads = 1 } = options;
  const title = `serin-runner ${model}/${version}`;
  const child = launchChild({ file, title, maxBatchSize, threads }, options.entry);
  const runner = new RunnerProcess(child, options);
  const deadlineMs = options.startDeadlineMs ?? 60_000;
  const deadline = setTimeout(() => {
    runner.end('deadline', `it was not ready after ${deadlineMs} ms`);
  }, deadlineMs);
  const giveUp = (): void => {
    runner.end('closed', 'it was closed');
  };
  options.signal?.addEventListener('abort', giveUp);
  try {
    const ready = await Promise.race([runner.ready, runner.exited]);
    if ('signature' in ready) return runner;
    throw runner.loadError ?? diedWhileLoading(ready);
  } finally {
    clearTimeout(deadline);
    options.signal?.removeEventListener('abort', giveUp);
  }
}

function diedWhileLoading({ reason, detail }: RunnerExit): SerinError {
  return new SerinError('model-load-failed', {
    found: `a runner process that died: ${detail}`,
    fields: { reason },
  });
}
