import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ProcessUsage } from '../tensor-model.js';

/** Linux counts CPU time in these for every program, whatever the kernel's own tick (proc(5)). */
const ticksPerSecond = 100;

/** What the operating system says of a process; nothing when there is no such process. */
export async function readProcessUsage(
  pid: number,
  platform = process.platform,
): Promise<ProcessUsage | undefined> {
  try {
    return platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  } catch {
    return undefined;
  }
}

async function fromProc(pid: number): Promise<ProcessUsage | undefined> {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ]);
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  // The name, field 2, may hold spaces and brackets; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (kibibytes === undefined) return undefined; // A zombie has no memory any more.
  return {
    pid,
    residentBytes: Number(kibibytes) * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}

async function fromPs(pid: number): Promise<ProcessUsage | undefined> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=,time=', '-p', String(pid)]);
  const [kibibytes, time = ''] = stdout.trim().split(/\s+/);
  const residentBytes = Number(kibibytes) * 1024;
  return Number.isFinite(residentBytes)
    ? { pid, residentBytes, cpuSeconds: parsePsTime(time) }
    : undefined;
}

/** Seconds of a time as `ps` writes it: `[[days-]hours:]minutes:seconds`, seconds with fractions. */
export function parsePsTime(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
