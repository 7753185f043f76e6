import { rowOf, withFeatures, type Split, type Table } from './table.js';

/**
 * Every feature less its mean, in standard deviations, both of the training rows alone. Four
 * decimals are kept, so that rows can be written down exactly.
 */
export function standardise({ training, heldOut }: Split): Split {
  const columns = Array.from({ length: training.width }, (_, column) => column);
  const means = columns.map((column) => meanOf(training, (row) => row[column] as number));
  const deviations = columns.map((column) =>
    Math.sqrt(meanOf(training, (row) => ((row[column] as number) - (means[column] as number)) ** 2)),
  );
  const change = (value: number, column: number): number =>
    round((value - (means[column] as number)) / (deviations[column] as number));
  return { training: withFeatures(training, change), heldOut: withFeatures(heldOut, change) };
}

/** A number to four decimals. */
export function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function meanOf(table: Table, quantity: (row: Float32Array) => number): number {
  let sum = 0;
  for (let index = 0; index < table.count; index++) sum += quantity(rowOf(table, index));
  return sum / table.count;
}
