import { isUtf8 } from 'node:buffer';
import { SerinError } from '../../../domain/errors.js';
import { describeJson } from './describe-json.js';

/** An object that JSON.parse made: any key may be there, `__proto__` as an own one, too. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses a body that has to be one JSON object.
 * @throws SerinError `invalid-json` when it is no JSON, `invalid-request` when it is no object
 */
export function parseJsonObject(body: Buffer): JsonObject {
  if (!isUtf8(body)) {
    throw new SerinError('invalid-json', {
      expected: 'UTF-8',
      found: 'bytes that are not',
      advice: 'Encode the body as UTF-8; binary tensors need Inference-Header-Content-Length.',
    });
  }
  const text = body.toString();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw brokenJson(text, cause);
  }
  if (isJsonObject(parsed)) return parsed;
  throw new SerinError('invalid-request', {
    expected: 'a JSON object',
    found: describeJson(parsed),
  });
}

/** Whether a parsed value is an object, not a list and not null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Refuses keys that mean nothing here: a mistyped key would otherwise be ignored in silence.
 * @throws SerinError `invalid-request`
 */
export function refuseUnknownKeys(
  object: JsonObject,
  known: ReadonlySet<string>,
  where: string,
): void {
  for (const key in object) {
    if (known.has(key)) continue;
    throw new SerinError('invalid-request', {
      expected: `${where} with no other keys than ${listOfNames(known)}`,
      found: describeJson(key),
    });
  }
}

/** Names as people list them: `"a", "b"`. */
export function listOfNames(names: Iterable<string>): string {
  return [...names].map((name) => JSON.stringify(name)).join(', ');
}

function brokenJson(text: string, cause: unknown): SerinError {
  if (text.trim() === '') {
    return new SerinError('invalid-json', { expected: 'a JSON object', found: 'an empty body' });
  }
  const words = { found: cause instanceof Error ? cause.message : 'broken JSON', cause };
  if (!/\b(NaN|Infinity)\b/.test(text)) return new SerinError('invalid-json', words);
  return new SerinError('invalid-json', {
    ...words,
    advice: 'JSON has no NaN and no Infinity; only binary tensors can carry them.',
  });
}
