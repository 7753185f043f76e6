import { SerinError } from '../../domain/errors.js';
import type { Tensor } from '../../domain/tensor.js';
import type { Random } from '../../stats/random.js';
import { fromGoldenRow } from '../validate/golden/model-yaml-rows.js';
import { readKnownPairs } from '../validate/golden/read-known-pairs.js';
import { readRecordedRows } from '../validate/golden/recorded-rows.js';
import { findInputs } from '../validate/inputs/input-maker.js';
import type { ModelUnderTest } from '../validate/model-under-test.js';
import type { Subject } from '../validate/subject.js';
import { RowSource } from './differences.js';

/** A row that both versions can be asked. */
export interface Row {
  readonly source: RowSource;
  readonly inputs: readonly Tensor[];
}

/** Beyond so many, golden and recorded rows are not read. */
const mostGiven = 1_000;

/** Made up where fewer are given. */
const mostMadeUp = 200;

/**
 * Golden rows of both versions, recorded ones of the model, and made-up ones where those are few.
 * @throws SerinError `invalid-input` for a file of rows that does not fit the model
 */
export async function rowsOfBoth(
  stable: Subject,
  canary: Subject,
  asked: ModelUnderTest,
  random: Random,
): Promise<readonly Row[]> {
  const golden = [...(await goldenOf(stable)), ...(await goldenOf(canary))];
  const { rows } = canary.expectations;
  const recorded = rows === undefined ? [] : await readRecordedRows(canary, rows);
  const given: Row[] = [
    ...golden.map((inputs) => ({ source: RowSource.Golden, inputs })),
    ...recorded.map((inputs) => ({ source: RowSource.Recorded, inputs })),
  ].slice(0, mostGiven);
  const missing = mostMadeUp - given.length;
  if (missing <= 0) return given;
  const known = given.map(({ inputs }) => inputs);
  const madeFor = { subject: canary, stable, expectations: canary.expectations };
  const found = await findInputs(asked, madeFor, random, known);
  if (!('maker' in found)) {
    if (given.length > 0) return given;
    throw new SerinError('inputs-missing', {
      expected: 'golden or recorded rows, or a model that takes made-up ones',
      found: found.failure.words,
    });
  }
  const made = Array.from({ length: missing }, () => ({
    source: RowSource.MadeUp,
    inputs: found.maker.make({ kind: 'random', random }),
  }));
  return [...given, ...made];
}

async function goldenOf(subject: Subject): Promise<readonly (readonly Tensor[])[]> {
  const pairs = subject.golden.map((row, i) =>
    fromGoldenRow(row, subject.signature, `golden row ${i + 1} of model.yaml`),
  );
  for (const name of subject.expectations.golden) {
    pairs.push(...(await readKnownPairs(subject, name)));
  }
  return pairs.map(({ inputs }) => inputs);
}
