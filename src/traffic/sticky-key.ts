import { SerinError } from '../domain/errors.js';
import type { StickyKey } from '../domain/sticky-key.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Reads `header:x-user-id`, `cookie:uid` or `field:parameters.user_id`.
 * @throws SerinError `usage`
 */
export function parseStickyKey(text: string): StickyKey {
  const match = /^(header|cookie|field):([A-Za-z0-9_.-]+)$/.exec(text);
  const [, from, name] = match ?? [];
  if (from === undefined || name === undefined) {
    throw new SerinError('usage', {
      expected: 'a sticky key: header:NAME, cookie:NAME or field:NAME',
      found: JSON.stringify(text),
    });
  }
  if (from === 'header') return { from, name: name.toLowerCase() };
  return { from: from === 'cookie' ? from : 'field', name };
}

/** The request's key, or undefined where it has none (then the arm is drawn independently). */
export function stickyKeyOf(key: StickyKey, headers: Headers, body: Buffer): string | undefined {
  switch (key.from) {
    case 'header':
      return nonEmpty(headers[key.name]);
    case 'cookie':
      return nonEmpty(cookieOf(headers['cookie'], key.name));
    case 'field':
      return fieldOf(jsonPart(body, headers), key.name.split('.'));
  }
}

function nonEmpty(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value[0] : value;
  // An empty key would send everyone without one to the same arm.
  return text === undefined || text === '' ? undefined : text;
}

function cookieOf(header: string | string[] | undefined, name: string): string | undefined {
  const text = Array.isArray(header) ? header.join(';') : header;
  for (const pair of (text ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * The body up to where Inference-Header-Content-Length says that its JSON ends and binary tensors
 * begin; all of it where the length cannot be (the protocol refuses that with a better message).
 */
function jsonPart(body: Buffer, headers: Headers): Buffer {
  const length = headers['inference-header-content-length'];
  if (typeof length !== 'string' || !/^[0-9]{1,15}$/.test(length)) return body;
  return body.subarray(0, Number(length));
}

function fieldOf(body: Buffer, path: readonly string[]): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    // Not this function's error to report: the protocol refuses the body with a better message.
    return undefined;
  }
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return typeof value === 'string' || typeof value === 'number'
    ? nonEmpty(String(value))
    : undefined;
}
