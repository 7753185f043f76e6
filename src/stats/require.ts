import { SerinError } from '../domain/errors.js';

/**
 * Refuses what is not a finite number.
 * @param name what the number is called in the refusal
 * @throws SerinError `invalid-statistics-input`
 */
export function requireFinite(value: number, name: string): void {
  if (!Number.isFinite(value)) refuse(`${name} to be a finite number`, value);
}

/**
 * Refuses a number outside a closed range.
 * @throws SerinError `invalid-statistics-input`
 */
export function requireWithin(value: number, low: number, high: number, name: string): void {
  if (!(value >= low && value <= high)) refuse(`${name} from ${low} to ${high}`, value);
}

/**
 * Refuses a number outside an open range: 0 and 1 are no shares that can be compared.
 * @throws SerinError `invalid-statistics-input`
 */
export function requireBetween(value: number, low: number, high: number, name: string): void {
  if (!(value > low && value < high)) refuse(`${name} between ${low} and ${high}`, value);
}

/**
 * Refuses what is not a count: a whole number from 0 up.
 * @throws SerinError `invalid-statistics-input`
 */
export function requireCount(value: number, name: string): void {
  if (!(Number.isSafeInteger(value) && value >= 0)) refuse(`${name} to be a count`, value);
}

/**
 * Refuses a sample that is too small or holds a number that is not finite.
 * @throws SerinError `invalid-statistics-input`
 */
export function requireSample(values: readonly number[], atLeast: number, name: string): void {
  if (values.length < atLeast) refuse(`at least ${atLeast} values of ${name}`, values.length);
  for (const value of values) requireFinite(value, `every value of ${name}`);
}

/** @throws SerinError `invalid-statistics-input`, always */
export function refuse(expected: string, found: number | string): never {
  throw new SerinError('invalid-statistics-input', { expected, found: String(found) });
}
