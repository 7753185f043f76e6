import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { SerinError } from '../domain/errors.js';
import type {
  ModelProcess,
  ProcessEnd,
  StartModelProcess,
} from '../gates/validate/model-process.js';
import { readProcessUsage } from './runner/process-usage.js';
import { startRunner, type Runner, type RunnerExit } from './runner/runner.js';

/** Starts a runner for a validation: nobody restarts it, and its batches have one row. */
export const startModelProcess: StartModelProcess = async (file, shownAs, limits, signal) => {
  const startedAtMs = performance.now();
  try {
    const runner = await startRunner({
      file,
      model: shownAs,
      version: 'validation',
      maxBatchSize: 1,
      memoryLimitBytes: limits.memoryBytes,
      startDeadlineMs: limits.startMs,
      requestTimeoutMs: limits.requestMs,
      ...(signal === undefined ? {} : { signal }),
    });
    return { process: toModelProcess(runner, performance.now() - startedAtMs) };
  } catch (thrown) {
    if (!(thrown instanceof SerinError)) throw thrown;
    return { failure: whyItFailed(thrown) };
  }
};

function toModelProcess(runner: Runner, readyAfterMs: number): ModelProcess {
  return {
    signature: runner.signature,
    readyAfterMs,
    ended: runner.exited.then(toProcessEnd),
    infer: (inputs) => runner.infer(inputs),
    peakMemoryBytes: () => peakMemory(runner.pid),
    close: async () => {
      runner.kill();
      await runner.exited;
    },
  };
}

function whyItFailed(error: SerinError) {
  const words = error.words.found ?? error.message;
  const reason = error.words.fields?.['reason'];
  return isExitReason(reason)
    ? toProcessEnd({ reason, detail: words })
    : ({ kind: 'refused', words } as const);
}

function isExitReason(reason: unknown): reason is RunnerExit['reason'] {
  return typeof reason === 'string' && Object.hasOwn(kindOf, reason);
}

const kindOf: Readonly<Record<RunnerExit['reason'], ProcessEnd['kind']>> = {
  closed: 'closed',
  ended: 'crashed',
  signal: 'crashed',
  protocol: 'crashed',
  memory: 'out-of-memory',
  stuck: 'timed-out',
  deadline: 'timed-out',
};

function toProcessEnd({ reason, detail }: RunnerExit): ProcessEnd {
  return { kind: kindOf[reason], words: detail };
}

/** Linux keeps the largest resident size that a process ever had; elsewhere, it is that of now. */
async function peakMemory(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  return (await readProcessUsage(pid))?.residentBytes;
}
