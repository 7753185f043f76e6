import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The file of a page of Serin's own documentation, as it is installed with the program: compiled
 * code lies one folder deeper than its source.
 * @param page from the package's folder: `docs/reference/validate.md`
 */
export function documentationFile(page: string): string {
  const up = import.meta.url.endsWith('.ts') ? '../../' : '../../../';
  return fileURLToPath(new URL(`${up}${page}`, import.meta.url));
}

/** The text of that page; undefined where somebody installed the program without it. */
export function readDocumentation(page: string): string | undefined {
  try {
    return readFileSync(documentationFile(page), 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}
