import { request } from 'undici';
import { SerinError } from '../domain/errors.js';

/** A number that somebody reports stands in a small document. */
const mostBytes = 1024 * 1024;

/**
 * The JSON at an address.
 * @throws SerinError `source-silent` for anything else
 */
export async function fetchJson(
  url: string,
  timeoutMs: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const silent = (found: string, cause?: unknown): SerinError =>
    new SerinError('source-silent', { expected: `JSON from ${url}`, found, cause });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const { statusCode, body } = await request(url, { headers, signal });
    let text = '';
    for await (const chunk of body) {
      text += String(chunk);
      if (text.length > mostBytes) throw silent('more than 1 MiB');
    }
    if (statusCode !== 200) throw silent(`status ${statusCode}`);
    return JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SerinError) throw thrown;
    if (thrown instanceof SyntaxError) throw silent('something else', thrown);
    const { name, message } = thrown as Error;
    throw silent(name === 'TimeoutError' ? `nothing within ${timeoutMs} ms` : message, thrown);
  }
}
