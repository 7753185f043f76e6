import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** What numbers depend on beside the code. */
export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly kernel: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGibibytes: number;
  /** Processes that wanted to run in the minute before the measurement; none of them is ours. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim(),
    node: process.version,
    kernel: release(),
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

/** The same in one paragraph. */
export function machineInWords(machine: Machine): string {
  const { date, commit, node, kernel, processor, cores, memoryGibibytes, loadBefore } = machine;
  return (
    `${date} UTC, commit ${commit}, Node ${node}, Linux ${kernel}, ${cores} cores (${processor}), ` +
    `${memoryGibibytes} GiB; load average before the start ${loadBefore}.`
  );
}
