import { readFileSync } from 'node:fs';

/**
 * The most resident memory that this process ever had, in MiB: `VmHWM` of Linux, and elsewhere what
 * getrusage says (which on Linux counts what was there before `exec`, too).
 */
export function peakMemoryMib(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  const status = readFileSync('/proc/self/status', 'utf8');
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kib === undefined) throw new Error('/proc/self/status names no VmHWM');
  return Number(kib) / 1024;
}
