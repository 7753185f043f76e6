import { SerinError, type ErrorWords } from '../../domain/errors.js';

/** What NGINX wrote of why it cannot go on: its own words, without time and process. */
export function complaintOf(output: string): string | undefined {
  const line = /\[(?:emerg|crit)\] (?:\d+#\d+: )?(.*)/.exec(output)?.[1];
  return line?.replace(/^still could not bind.*/, 'an address that it could not bind').trim();
}

/**
 * The error for a configuration that NGINX did not take.
 * @param output what it wrote
 */
export function refusedBy(
  output: string,
  code: 'nginx-refused' | 'nginx-reload-failed',
): SerinError {
  const firstLine = output.trim().split('\n')[0] ?? '';
  const found = complaintOf(output) ?? (firstLine === '' ? 'no reason given' : firstLine);
  const expected = 'NGINX to take the configuration';
  const words: ErrorWords = { expected, found };
  return /Address already in use/.test(output)
    ? new SerinError('address-in-use', {
        ...words,
        advice: 'Stop the other program, or let NGINX listen on another port.',
      })
    : new SerinError(code, words);
}
