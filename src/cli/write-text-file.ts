import { writeFileSync } from 'node:fs';
import { SerinError } from '../domain/errors.js';

/**
 * Writes a file that a person named.
 * @throws SerinError `usage`
 */
export function writeTextFile(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    throw new SerinError('usage', { expected: `to write ${file}`, found: code, cause });
  }
}
