import { shuffledIndices, type Random } from '../random.js';

/** Rows to learn from: features row-major in single precision, as a model gets them; one class a row. */
export interface Table {
  readonly width: number;
  readonly count: number;
  /** `count` × `width` numbers. */
  readonly features: Float32Array;
  /** The index of each row's class. */
  readonly classes: Uint8Array;
}

/** What a model learns from, and what it is measured on and never sees before. */
export interface Split {
  readonly training: Table;
  readonly heldOut: Table;
}

/** One row's features: a view, not a copy. */
export function rowOf(table: Table, index: number): Float32Array {
  return table.features.subarray(index * table.width, (index + 1) * table.width);
}

/** Parts a table at random; `heldOutCount` rows are held out. */
export function split(table: Table, heldOutCount: number, random: Random): Split {
  const order = shuffledIndices(table.count, random);
  return {
    heldOut: pick(table, order.subarray(0, heldOutCount)),
    training: pick(table, order.subarray(heldOutCount)),
  };
}

/** A table with the same rows, every feature changed by `change(value, column)`. */
export function withFeatures(
  table: Table,
  change: (value: number, column: number) => number,
): Table {
  const features = table.features.map((value, at) => change(value, at % table.width));
  return { ...table, features };
}

function pick(table: Table, rows: Int32Array): Table {
  const features = new Float32Array(rows.length * table.width);
  rows.forEach((row, index) => features.set(rowOf(table, row), index * table.width));
  const classes = Uint8Array.from(rows, (row) => table.classes[row] as number);
  return { width: table.width, count: rows.length, features, classes };
}
