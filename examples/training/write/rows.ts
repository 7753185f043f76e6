import { rowOf, type Table } from '../data/table.js';
import { round } from '../data/standardise.js';
import type { Sample } from '../samples/sample.js';

/** Numbers nested as a shape says: 784 of them with [1, 28, 28] are 1 × 28 × 28. */
export type Nested = number | Nested[];

/** A model's `rows.json`: what realistic requests are made of. */
export interface SampleRows {
  readonly model: string;
  /** The name of the input that a row is for. */
  readonly input: string;
  /** Rows that no version of the model has learnt from. */
  readonly rows: readonly Nested[];
  /** The true class of each row. */
  readonly labels: readonly string[];
}

export const rowsFileName = 'rows.json';

const mostRows = 200;

/** Up to 200 held-out rows of a sample and their true classes. */
export function sampleRows({ model, input, labels }: Sample, heldOut: Table): SampleRows {
  const count = Math.min(mostRows, heldOut.count);
  const indices = Array.from({ length: count }, (_, index) => index);
  return {
    model,
    input: input.name,
    rows: indices.map((index) => nestRow(rowOf(heldOut, index), input.shape)),
    labels: indices.map((index) => labels[heldOut.classes[index] ?? 0] ?? ''),
  };
}

/**
 * A flat row in the shape in which a request carries it; four decimals, which is what the data have.
 * @param shape of one row, without the batch
 */
export function nestRow(row: Float32Array, shape: readonly number[]): Nested {
  const [size, ...inner] = shape;
  if (size === undefined) return round(row[0] as number);
  const stride = row.length / size;
  return Array.from({ length: size }, (_, index) =>
    nestRow(row.subarray(index * stride, (index + 1) * stride), inner),
  );
}
