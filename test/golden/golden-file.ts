import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { SerinError } from '../../src/domain/errors.js';

/** One case of an independent implementation (numpy, scipy); `error`: it must be refused. */
export type GoldenCase = Record<string, unknown> & {
  readonly name?: string;
  readonly error?: string;
  readonly tolerance?: string;
};

/** What says where a file comes from, and is compared with nothing. */
const aboutTheFile = ['description', 'generator', 'numpy', 'scipy', 'seed', 'tolerance'];

/**
 * The sections of a golden file; infinities are strings in it.
 * @param sections all that it has: a section that no test reads fails here
 */
export function readGolden<Section extends string>(
  file: string,
  sections: readonly Section[],
): Record<Section, GoldenCase[]> {
  const url = new URL(`${file}.json`, import.meta.url);
  const read = JSON.parse(readFileSync(url, 'utf8'), toNumber) as object;
  const found = Object.keys(read).filter((key) => !aboutTheFile.includes(key));
  expect(found.sort(), `sections of ${file}.json`).toEqual([...sections].sort());
  return read as Record<Section, GoldenCase[]>;
}

/**
 * Runs a case and compares every value that it expects, and no other: what the golden values have
 * and ours have not, or the other way round, fails.
 * @param otherwise relative difference allowed where the case says nothing; by name, or for all
 */
export function checkGolden(
  one: GoldenCase,
  run: () => Record<string, unknown>,
  otherwise: Readonly<Record<string, number>> = {},
): void {
  if (one.error === undefined) {
    compareAll(one['expect'] as object, run(), (name) => relativeOf(one, otherwise[name]));
    return;
  }
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(SerinError);
  expect((thrown as SerinError).code).toBe('invalid-statistics-input');
}

/** Both have the same names, and under each the same numbers or words. */
export function compareAll(
  expected: object,
  actual: object,
  relative: (name: string) => number = () => 1e-9,
): void {
  const wanted = expected as Record<string, unknown>;
  expect(Object.keys(actual).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(actual)) {
    const actuals: unknown[] = Array.isArray(value) ? value : [value];
    const wanteds = Array.isArray(wanted[name]) ? (wanted[name] as unknown[]) : [wanted[name]];
    expect(actuals, name).toHaveLength(wanteds.length);
    for (const [index, one] of actuals.entries()) {
      const other = wanteds[index];
      if (typeof one === 'number' && typeof other === 'number') {
        expectClose(one, other, relative(name), name);
      } else expect(one, name).toBe(other);
    }
  }
}

export function relativeOf(one: GoldenCase, otherwise = 1e-9): number {
  const match = /1e-\d+/.exec(one.tolerance ?? '');
  return match === null ? otherwise : Number(match[0]);
}

/**
 * Relative only, however small the number: a p-value of 10⁻⁵⁰ has nine digits to be right too. An
 * expected 0 has to come out as 0.
 */
export function expectClose(
  actual: number,
  expected: number,
  relative: number,
  name: string,
): void {
  if (!Number.isFinite(expected)) {
    expect(actual, name).toBe(expected);
    return;
  }
  expect(Math.abs(actual - expected), `${name}: ${actual}, not ${expected}`).toBeLessThanOrEqual(
    relative * Math.abs(expected),
  );
}

function toNumber(_key: string, value: unknown): unknown {
  switch (value) {
    case 'Infinity':
      return Infinity;
    case '-Infinity':
      return -Infinity;
    case 'NaN':
      return NaN;
    default:
      return value;
  }
}
