/** A file of the checkout, seen from the compiled file in dist/bench/serving/. */
export function repositoryFile(path: string): URL {
  return new URL(`../../../${path}`, import.meta.url);
}
