import { totalmem } from 'node:os';

/** What a runner may have where nobody says how much: half of the memory that Serin may have. */
export function defaultRunnerMemoryBytes(): number {
  return halfOfMemory(totalmem(), process.constrainedMemory());
}

/**
 * Half of the machine's memory, or of the container's where that has less, in bytes.
 * @param constrainedBytes as `process.constrainedMemory()` says it: 0, or more than there is, for
 * no constraint
 */
export function halfOfMemory(machineBytes: number, constrainedBytes: number): number {
  const isConstrained = constrainedBytes > 0 && constrainedBytes < machineBytes;
  return Math.floor((isConstrained ? constrainedBytes : machineBytes) / 2);
}
