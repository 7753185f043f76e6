import { SerinError } from '../domain/errors.js';

/**
 * Finds what is at a path such as `.error_rate`, `.stats.errors[0].rate` or `$.error_rate`.
 * @returns a function that answers undefined where there is nothing
 * @throws SerinError `source-settings-invalid` for anything else
 */
export function valueAt(path: string): (document: unknown) => unknown {
  const parts = /^\$?((?:\.[A-Za-z0-9_-]+|\[\d+\])+)$/.exec(path)?.[1]?.match(/[A-Za-z0-9_-]+/g);
  if (parts === undefined || parts === null) {
    throw new SerinError('source-settings-invalid', {
      expected: 'a path such as .error_rate or .stats[0].rate',
      found: JSON.stringify(path),
    });
  }
  return (document) => {
    let value = document;
    for (const part of parts) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
        return undefined;
      }
      value = (value as Record<string, unknown>)[part];
    }
    return value;
  };
}
