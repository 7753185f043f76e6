import { setTimeout as wait } from 'node:timers/promises';
import { keepShort, lastLinesOf } from './log-file.js';
import { startOf } from './process-start.js';
import type { RunningServer } from './running-server.js';

const linesKept = 20;

/** How often a process that is no child of this one is looked at. */
const lookEveryMs = 200;
const lookAtLogEveryMs = 30_000;

/** Between the request to end and the end by force. */
const graceMs = 10_000;

/**
 * A process that Serin started, in a group of its own.
 * @param ended resolves with the reason once it has ended
 */
export function startedProcess(
  { pid, logFile }: { readonly pid: number; readonly logFile: string },
  ended: Promise<string>,
): RunningServer {
  const log = setInterval(() => {
    // A log that cannot be cut now is cut the next time.
    keepShort(logFile).catch(() => undefined);
  }, lookAtLogEveryMs).unref();
  let isOver = false;
  const over = ended.then((reason) => {
    isOver = true;
    clearInterval(log);
    return reason;
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!isOver) signalGroup(pid, name);
  };
  return {
    name: `process ${pid}`,
    pid,
    ended: over,
    lastLines: () => lastLinesOf(logFile, linesKept),
    stop: async () => {
      signal('SIGTERM');
      const force = setTimeout(() => signal('SIGKILL'), graceMs);
      await over;
      clearTimeout(force);
    },
    kill: () => signal('SIGKILL'),
  };
}

/**
 * Resolves when a process that is no child of this one has ended.
 * @param start from `startOf`
 */
export async function endOfStranger(pid: number, start: string): Promise<string> {
  while ((await startOf(pid)) === start) await wait(lookEveryMs, undefined, { ref: false });
  return 'it ended; how is not known, as an earlier Serin had started it';
}

/** All that a process started in its group; the group may be gone already. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
