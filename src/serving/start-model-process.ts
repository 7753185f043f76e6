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
  const lastLines: string[] = [];
  try {
    const runner = await startRunner({
      file,
      model: shownAs,
      version: 'validation',
      maxBatchSize: 1,
      memoryLimitBytes: limits.memoryBytes,
      startDeadlineMs: limits.startMs,
      requestTimeoutMs: limits.requestMs,
      onLog: (line) => {
        lastLines.push(line);
        if (lastLines.length > mostLines) lastLines.shift();
      },
      ...(signal === undefined ? {} : { signal }),
    });
    return { process: toModelProcess(runner, performance.now() - startedAtMs, lastLines) };
  } catch (thrown) {
    if (!(thrown instanceof SerinError)) throw thrown;
    return { failure: whyItFailed(thrown, lastLines) };
  }
};

/** What a process says last, before it dies, often tells why. */
const mostLines = 3;

function toModelProcess(
  runner: Runner,
  readyAfterMs: number,
  lastLines: readonly string[],
): ModelProcess {
  return {
    signature: runner.signature,
    readyAfterMs,
    ended: runner.exited.then((exit) => toProcessEnd(exit, lastLines)),
    infer: (inputs) => runner.infer(inputs),
    peakMemoryBytes: () => peakMemory(runner.pid),
    close: async () => {
      runner.kill();
      await runner.exited;
    },
  };
}

function whyItFailed(error: SerinError, lastLines: readonly string[]) {
  const words = error.words.found ?? error.message;
  const reason = error.words.fields?.['reason'];
  return isExitReason(reason)
    ? toProcessEnd({ reason, detail: words }, lastLines)
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

function toProcessEnd({ reason, detail }: RunnerExit, lastLines: readonly string[]): ProcessEnd {
  const kind = kindOf[reason];
  const said = kind === 'crashed' ? lastLines.join(' / ').slice(0, 500) : '';
  return { kind, words: said === '' ? detail : `${detail}; its last words: ${said}` };
}

/** Linux keeps the largest resident size that a process ever had; elsewhere, it is that of now. */
async function peakMemory(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes !== undefined) return Number(kibibytes) * 1024;
  return (await readProcessUsage(pid))?.residentBytes;
}
