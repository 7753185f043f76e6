import { spawn, type ChildProcess } from 'node:child_process';
import { SerinError } from '../../domain/errors.js';
import type { EffectId } from '../../rollout/machine/events.js';
import type { GateAnswer, OfRollout } from '../../rollout/ports.js';
import type { Gate } from '../../rollout/strategy/gate.js';
import { gateEnvironment } from './gate-subject.js';
import { inSeconds, shortened } from './reason.js';
import { afterTimeLimit } from './time-limit.js';

/** Of what a command prints, the end is kept: there it says why. */
const keptCharacters = 4096;
const keptLines = 3;

/** What left the command's group may hold its output open; it is not waited for. */
const outputDeadlineMs = 1_000;

/**
 * Runs a command by `sh -c`: exit code 0 passes, and its last lines are the reason. At its end,
 * at its time-out and when `signal` aborts, everything it started is killed with it.
 * @throws SerinError `gate-unreachable` when it could not be started, or was stopped by `signal`
 */
export async function runCommand(
  of: OfRollout,
  { command, timeoutMs }: Extract<Gate, { kind: 'command' }>,
  effect: EffectId,
  signal: AbortSignal,
): Promise<GateAnswer> {
  if (signal.aborted) throw cannotRun('one that was stopped');
  const child = spawn('sh', ['-c', command], {
    // A group of its own, so that all of it can be killed.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...ownEnvironment(), ...gateEnvironment(of, effect) },
  });
  const output = keepEnd(child);
  const cut = { isLate: false, bySignal: false };
  const cancel = afterTimeLimit(timeoutMs, () => {
    cut.isLate = true;
    killGroup(child);
  });
  const stop = (): void => {
    cut.bySignal = true;
    killGroup(child);
  };
  signal.addEventListener('abort', stop);
  try {
    const { code, killedBy } = await endOf(child);
    if (cut.bySignal) throw cannotRun('one that was stopped');
    const said = lastLines(output());
    if (cut.isLate) {
      const late = `took longer than ${inSeconds(timeoutMs)}`;
      return { passed: false, reason: withReason(late, said) };
    }
    if (code === 0) return { passed: true, reason: said === '' ? 'exit code 0' : said };
    const how = code === null ? `was ended by ${killedBy ?? 'a signal'}` : `exit code ${code}`;
    return { passed: false, reason: withReason(how, said) };
  } finally {
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

/** Everything that this process has, but for the token: a command has no business with it. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const environment = { ...process.env };
  delete environment['SERIN_ADMIN_TOKEN'];
  return environment;
}

/** Keeps the end of what a process prints. @returns what is kept by now */
function keepEnd({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: string): void => {
    text = (text + chunk).slice(-keptCharacters);
  };
  for (const stream of [stdout, stderr]) stream?.setEncoding('utf8').on('data', keep);
  return () => text;
}

/** The end of the command itself; what it left behind in its group ends with it. */
function endOf(child: ChildProcess): Promise<{ code: number | null; killedBy: string | null }> {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(cannotRun(error.message)));
    child.on('exit', (code, killedBy) => {
      killGroup(child);
      const finish = (): void => {
        clearTimeout(deadline);
        resolve({ code, killedBy });
      };
      const deadline = setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) stream?.destroy();
        finish();
      }, outputDeadlineMs);
      child.on('close', finish);
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left, or nobody whom this process may end.
  }
}

function lastLines(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return shortened(
    lines
      .filter((line) => line !== '')
      .slice(-keptLines)
      .join(' | '),
  );
}

function withReason(how: string, said: string): string {
  return said === '' ? how : `${how}: ${said}`;
}

function cannotRun(found: string): SerinError {
  return new SerinError('gate-unreachable', { expected: 'a command that runs', found });
}
