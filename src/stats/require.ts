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
 * Refuses what is no number: evidence may be infinite, but it has to say something.
 * @throws SerinError `invalid-statistics-input`
 */
export function requireNumber(value: number, name: string): void {
  if (Number.isNaN(value)) refuse(`${name} to be a number`, value);
}

/** What all engines of events need of a step. */
interface StepOfEvents {
  readonly share: number;
  readonly canaryEvents: number;
  readonly stableEvents: number;
}

/**
 * Refuses steps in which one arm has no traffic, and sums of events that are no numbers from 0 up:
 * they may be fractions, as a plan's expected ones are.
 * @throws SerinError `invalid-statistics-input`
 */
export function requireEventStep({ share, canaryEvents, stableEvents }: StepOfEvents): void {
  requireBetween(share, 0, 1, "the canary's share");
  requireWithin(canaryEvents, 0, Number.MAX_VALUE, "the canary's events");
  requireWithin(stableEvents, 0, Number.MAX_VALUE, "stable's events");
}

/**
 * Refuses an over-dispersion below 1.
 * @throws SerinError `invalid-statistics-input`
 */
export function requireOverdispersion(value: number): void {
  requireWithin(value, 1, Number.MAX_VALUE, 'an over-dispersion');
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
