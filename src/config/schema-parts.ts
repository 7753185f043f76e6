import Type from 'typebox';
import type { Unit } from './units.js';

/** An object with these keys and no others. */
export const closed = { additionalProperties: false } as const;

/** An http or https address, as a regular expression. */
export const httpUrl = '^https?://[^\\s/?#]+[^\\s]*$';

/** A number with its unit. */
export function quantity(unit: Unit, description: string) {
  return Type.String({ title: unit.words, description, pattern: unit.pattern });
}

/** Of an object with optional keys: exactly one of these is there. */
export function exactlyOne(...keys: readonly string[]) {
  return { oneOf: keys.map((key) => ({ required: [key] })) };
}

/** One of a few words. */
export function choice<const T extends string>(values: readonly T[], description: string) {
  const title = `one of ${values.join(', ')}`;
  return Type.Enum([...values], { title, description });
}
