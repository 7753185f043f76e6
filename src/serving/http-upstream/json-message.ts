import { isUtf8 } from 'node:buffer';
import { SerinError } from '../../domain/errors.js';

/** A request or an answer that is a JSON object, with the bytes of binary tensors behind it. */
export interface JsonMessage {
  readonly text: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** Empty where all of it is JSON. */
  readonly binary: Buffer;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Where the JSON ends and the binary tensors begin. */
export const lengthHeader = 'inference-header-content-length';

/**
 * Reads a body, where it is a JSON object or begins with one as `Inference-Header-Content-Length`
 * says. One of another form is undefined; that is no error, as a server may speak any language.
 * @throws SerinError `output-not-finite` for what is JSON but for a NaN or an infinity in it, as
 * Python's json module writes them: no other reader could take it
 */
export function readJsonMessage(body: Buffer, headers: Headers): JsonMessage | undefined {
  const length = headers[lengthHeader];
  const hasBinary = typeof length === 'string' && /^[0-9]{1,15}$/.test(length);
  const [contentType] = [headers['content-type']].flat();
  if (!hasBinary && contentType?.includes('json') !== true) return undefined;
  const end = hasBinary ? Math.min(Number(length), body.length) : body.length;
  const bytes = body.subarray(0, end);
  // JSON is UTF-8 (RFC 8259, 8.1); of what is not, reading and writing would make other letters.
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString();
  const object = parsed(text);
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined;
  return { text, object: object as JsonMessage['object'], binary: body.subarray(end) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const found = notFiniteIn(text);
    if (found === undefined) return undefined;
    throw new SerinError('output-not-finite', {
      expected: 'numbers that are finite, which JSON can write',
      found: `${found} in the answer of an HTTP server`,
    });
  }
}

/** A NaN or an infinity where a value stands; in a string they are words. */
function notFiniteIn(text: string): string | undefined {
  const bare = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '""');
  return /[[:,]\s*(-?(?:NaN|Infinity))\b/.exec(bare)?.[1];
}
