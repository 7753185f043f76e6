import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { ContainerEngine, ContainerState } from '../../images/engine/engine.js';
import { startOf } from './process-start.js';
import type { RunningServer } from './running-server.js';
import { endOfStranger } from './started-process.js';

const linesKept = 20;
const graceMs = 10_000;

/** Where the container's process cannot be seen from here, the engine is asked, which is costly. */
const askEveryMs = 2_000;

/** Of a process that was ended by SIGKILL, as shells and engines count. */
const killedCode = 137;

/**
 * A container that Serin started.
 * @param memoryBytes its limit; undefined: none
 */
export async function startedContainer(
  engine: ContainerEngine,
  container: string,
  state: ContainerState,
  memoryBytes: number | undefined,
): Promise<RunningServer> {
  const pid = await visiblePid(state);
  return {
    name: `container ${container}`,
    pid,
    ended: endOf(engine, container, pid).then((end) => reasonOf(end, memoryBytes)),
    lastLines: () => engine.logs(container, linesKept),
    stop: () => engine.stop(container, graceMs),
    kill: () => {
      // A crash that did not come about shows by itself: the container goes on.
      engine.kill(container).catch(() => undefined);
    },
  };
}

/** An engine may count in a machine of its own: only where the kernel names the container is it this one. */
async function visiblePid({ pid, id }: ContainerState): Promise<number | undefined> {
  if (pid === undefined) return undefined;
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  return groups.includes(id) ? pid : undefined;
}

/** Resolves when a container has ended, with what the engine says of it then. */
async function endOf(
  engine: ContainerEngine,
  container: string,
  pid: number | undefined,
): Promise<ContainerState | undefined> {
  const start = pid === undefined ? undefined : await startOf(pid);
  if (pid !== undefined && start !== undefined) await endOfStranger(pid, start);
  for (;;) {
    try {
      const state = await engine.look(container);
      if (state?.isRunning !== true) return state;
    } catch {
      // An engine that is restarted does not answer for a while; its containers may go on.
    }
    await wait(askEveryMs, undefined, { ref: false });
  }
}

function reasonOf(state: ContainerState | undefined, memoryBytes: number | undefined): string {
  if (state === undefined) return 'it was removed';
  const { exitCode = 0, wasOutOfMemory } = state;
  const limit =
    memoryBytes === undefined ? '' : ` at its limit, ${Math.round(memoryBytes / 2 ** 20)} MiB`;
  if (wasOutOfMemory) return `it was killed for want of memory${limit}`;
  if (exitCode !== killedCode) return `exit code ${exitCode}`;
  // Not every engine sees why the kernel killed; where there is a limit, that is most likely it.
  return limit === ''
    ? 'it was killed (exit code 137)'
    : `it was killed (exit code 137), most likely for want of memory${limit}`;
}
