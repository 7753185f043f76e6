import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Marks what Serin started: the environment variable that holds the start's id. */
export const markOfStart = 'SERIN_LAUNCH';

/**
 * When a process was started, in a form that no other process of this number ever has: with it, a
 * number is known to be still the same process.
 * @returns undefined when there is no such process, or it has ended and only waits to be collected
 */
export async function startOf(
  pid: number,
  platform = process.platform,
): Promise<string | undefined> {
  try {
    return platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  } catch {
    // A process that ends while it is looked at is one that is not there.
    return undefined;
  }
}

/**
 * The process that bears the mark of a start, for the moment between its birth and the record of its
 * number; only Linux tells.
 */
export async function processWithMark(id: string): Promise<number | undefined> {
  const names = await readdir('/proc').catch(() => []);
  for (const name of names.filter((one) => /^\d+$/.test(one))) {
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(`${markOfStart}=${id}`)) continue;
    // Its children inherit the mark; the first of them leads the group that it was started with.
    if ((await fieldsOf(Number(name)).catch(() => []))[groupField] === name) return Number(name);
  }
  return undefined;
}

/** Counted from the state, the first field after the name (proc(5): 3 there). */
const groupField = 2;
const startTimeField = 19;

async function fromProc(pid: number): Promise<string | undefined> {
  const fields = await fieldsOf(pid);
  const isGone = /^[ZXx]$/.test(fields[0] ?? 'X');
  // Ticks since this boot: another boot counts from zero again.
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return isGone ? undefined : `${boot.trim()}/${fields[startTimeField]}`;
}

async function fieldsOf(pid: number): Promise<string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, field 2, may hold spaces and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

async function fromPs(pid: number): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
  const [state = 'Z', ...started] = stdout.trim().split(/\s+/);
  return state.startsWith('Z') ? undefined : started.join(' ');
}
