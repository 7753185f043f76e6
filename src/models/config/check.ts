import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ConfigFile, KeyPath } from './config-file.js';

/**
 * Makes a check of a file's content against a schema.
 * @returns throws SerinError `model-config-invalid` for the first thing that does not fit
 */
export function contentCheck<S extends TSchema>(schema: S): (file: ConfigFile) => Static<S> {
  const compiled = Compile(schema);
  return (file) => {
    const { content } = file;
    if (compiled.Check(content)) return content;
    const [error] = compiled.Errors(content);
    const place = toKeyPath(error?.instancePath ?? '', content);
    const schemaPath = error?.schemaPath ?? '#';
    if (schemaPath.endsWith('/additionalProperties') && error?.keyword === 'boolean') {
      const parent = at(schema, schemaPath.replace(/\/additionalProperties$/, ''));
      const known = Object.keys((parent as { properties?: object }).properties ?? {});
      throw file.fail(
        place,
        `one of the keys ${known.join(', ')}`,
        `the unknown key ${JSON.stringify(place.at(-1))}`,
        true,
      );
    }
    throw file.fail(place, descriptionAt(schema, schemaPath), inWords(valueAt(content, place)));
  };
}

/** A JSON pointer as keys; a step into a list becomes a number. */
function toKeyPath(pointer: string, content: unknown): KeyPath {
  const keys: (string | number)[] = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    keys.push(Array.isArray(valueAt(content, keys)) ? Number(key) : key);
  }
  return keys;
}

function valueAt(content: unknown, place: KeyPath): unknown {
  return place.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    content,
  );
}

/** The innermost description on the way to a place in a schema. */
function descriptionAt(schema: unknown, schemaPath: string): string {
  const keys = toKeyPath(schemaPath, {});
  for (let length = keys.length; length >= 0; length--) {
    const part = valueAt(schema, keys.slice(0, length)) as { description?: unknown } | undefined;
    if (typeof part?.description === 'string') return part.description;
  }
  return 'another value';
}

function at(schema: unknown, schemaPath: string): unknown {
  return valueAt(schema, toKeyPath(schemaPath, {}));
}

function inWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'nothing' : `the keys ${keys.join(', ')}`;
  }
  return JSON.stringify(value);
}
