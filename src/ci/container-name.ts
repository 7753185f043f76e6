import { createHash } from 'node:crypto';
import path from 'node:path';

/**
 * What the container that a pipeline tests is called: the same in every run in a folder, so that
 * one that a killed run left behind is found and replaced.
 */
export function containerNameFor(folder: string): string {
  const hash = createHash('sha256').update(path.resolve(folder)).digest('hex');
  return `serin-ci-${hash.slice(0, 12)}`;
}
