/** From dist/bench/serving/, or from bench/serving/ where a test imports it. */
const root = import.meta.url.endsWith('.ts') ? '../../' : '../../../';

/** A file of the checkout. */
export function repositoryFile(path: string): URL {
  return new URL(`${root}${path}`, import.meta.url);
}
