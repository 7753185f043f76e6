import { readFileSync } from 'node:fs';
import { SerinError } from '../domain/errors.js';

/**
 * Reads a file that a person named.
 * @throws SerinError `usage`
 */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    throw new SerinError('usage', { expected: `a file at ${file}`, found: code, cause });
  }
}
