import { join } from 'node:path';
import { SerinError } from '../../../domain/errors.js';

/**
 * A text as one word of NGINX's configuration.
 * @throws SerinError `nginx-settings-invalid` for characters that would not be taken as they are
 */
export function quoted(text: string): string {
  if (/["'$\\{};\n\r\t#]/.test(text)) {
    throw new SerinError('nginx-settings-invalid', {
      expected: 'a path without quotes, "$", "\\", "#", braces and semicolons',
      found: JSON.stringify(text),
    });
  }
  return `"${text}"`;
}

export function inFolder(folder: string, name: string): string {
  return quoted(join(folder, name));
}
