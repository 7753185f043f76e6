import { SerinError, type ErrorWords } from '../../domain/errors.js';

/**
 * Why NGINX does not take a configuration: its own words, without time and process. Lesser
 * complaints (`crit`, `error`) are of single requests.
 */
export function complaintOf(output: string): string | undefined {
  return /\[emerg\] (?:\d+#\d+: )?(.*)/.exec(output)?.[1]?.trim();
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
