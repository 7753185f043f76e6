import { formatShape } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { Tolerance } from '../expectations.js';
import { isFraction } from '../inputs/fill.js';
import { numbersOf, placeOf } from './numbers.js';

/** How one tensor differs from another, in words. */
export interface Difference {
  readonly expected: string;
  readonly found: string;
}

/**
 * Compares a tensor with the expected one. Fractions may differ by `absolute + relative × |expected|`
 * (as numpy.isclose has it), NaN equals NaN; everything else must be equal.
 * @returns undefined when they agree
 */
export function differenceOf(
  found: Tensor,
  expected: Tensor,
  tolerance: Tolerance,
): Difference | undefined {
  if (found.datatype !== expected.datatype || !sameShape(found.shape, expected.shape)) {
    return {
      expected: `${expected.name} ${expected.datatype} ${formatShape(expected.shape)}`,
      found: `${found.datatype} ${formatShape(found.shape)}`,
    };
  }
  if (!isFraction(found.datatype)) return exactDifference(found, expected);
  return numberDifference(found, expected, tolerance);
}

function numberDifference(
  found: Tensor,
  expected: Tensor,
  { absolute, relative }: Tolerance,
): Difference | undefined {
  const mine = numbersOf(found) ?? new Float64Array();
  const known = numbersOf(expected) ?? new Float64Array();
  let worst = -1;
  let most = -1;
  let count = 0;
  mine.forEach((value, index) => {
    const wanted = known[index] ?? NaN;
    if (Object.is(value, wanted) || value === wanted) return;
    const distance = Math.abs(value - wanted);
    if (distance <= absolute + relative * Math.abs(wanted)) return;
    count += 1;
    const weight = Number.isNaN(distance) ? Infinity : distance;
    if (weight > most) [most, worst] = [weight, index];
  });
  if (worst === -1) return undefined;
  const allowed = [
    ...(absolute > 0 || relative === 0 ? [String(absolute)] : []),
    ...(relative > 0 ? [`${relative} of it`] : []),
  ];
  return {
    expected: `${placeOf(expected, worst)} = ${shown(known[worst])}, within ${allowed.join(' + ')}`,
    found: `${shown(mine[worst])}${others(count, mine.length)}`,
  };
}

function exactDifference(found: Tensor, expected: Tensor): Difference | undefined {
  const mine = Array.from(found.data, inText);
  const known = Array.from(expected.data, inText);
  const wrong = mine.flatMap((value, index) => (value === known[index] ? [] : [index]));
  const [first] = wrong;
  if (first === undefined) return undefined;
  return {
    expected: `${placeOf(expected, first)} = ${known[first] ?? ''}`,
    found: `${mine[first] ?? ''}${others(wrong.length, mine.length)}`,
  };
}

function inText(element: number | bigint | Uint8Array): string {
  return element instanceof Uint8Array
    ? JSON.stringify(Buffer.from(element).toString())
    : String(element);
}

function others(count: number, of: number): string {
  return of === 1 ? '' : ` (${count} of ${of} elements differ)`;
}

function shown(value: number | undefined): string {
  return value === undefined ? 'nothing' : String(Number(value.toPrecision(7)));
}

function sameShape(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((size, axis) => size === other[axis]);
}
