import type { ReachableVersion } from './reachable-version.js';

/**
 * What a version can be compared with under load: a stable of its own kind. A file is asked in a
 * runner of Serin, or through its gateway, in the Open Inference Protocol; a server where it is, at
 * /predict. What lies between would be measured as if it were the versions' own.
 * @param stable undefined: nobody wants to compare
 */
export function comparableStable(
  { kind }: Pick<ReachableVersion, 'kind'>,
  stable: ReachableVersion | undefined,
): ReachableVersion | undefined {
  return stable?.kind === kind ? stable : undefined;
}
