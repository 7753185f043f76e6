import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../../../domain/errors.js';
import type { Signature } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { Subject } from '../subject.js';
import { findNamed } from './find-named.js';
import { tensorsOf } from './model-yaml-rows.js';

const mostBytes = 256 * 2 ** 20;
const mostRows = 10_000;

/**
 * Reads recorded rows: a JSON list (also inside of `rows`), or JSON lines, of inputs by name
 * (`{"features": [1, 2]}`, also inside of `inputs`), each one row; where the model has one input, a
 * row may be its value alone.
 * @throws SerinError `invalid-input`
 */
export async function readRecordedRows(
  { model, signature }: Pick<Subject, 'model' | 'signature'>,
  named: string,
): Promise<readonly (readonly Tensor[])[]> {
  const file = await findNamed(model, named);
  const { size } = await stat(file);
  if (size > mostBytes)
    throw invalid(`at most ${mostBytes} bytes in ${path.basename(named)}`, `${size} bytes`);
  const name = path.basename(named);
  const rows = parseRows(await readFile(file, 'utf8'), name);
  return rows
    .slice(0, mostRows)
    .map((row, i) => toInputs(row, signature, `row ${i + 1} of ${name}`));
}

function parseRows(text: string, name: string): readonly unknown[] {
  try {
    const whole: unknown = JSON.parse(text);
    return listOf(whole) ?? listOf((whole as { rows?: unknown } | null)?.rows) ?? [whole];
  } catch {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line, i) => parseLine(line, `line ${i + 1} of ${name}`));
  }
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function parseLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw invalid(`JSON in ${where}`, cause instanceof Error ? cause.message : 'something else');
  }
}

function toInputs(row: unknown, { inputs }: Signature, where: string): readonly Tensor[] {
  const values = valuesOf(row, inputs.length === 1 ? inputs[0]?.name : undefined);
  const missing = inputs.find(({ name }) => !Object.hasOwn(values, name));
  if (missing !== undefined) {
    const found = Object.keys(values).slice(0, 5).join(', ') || 'something else';
    throw invalid(`the input ${missing.name} in ${where}`, found);
  }
  return tensorsOf(values, inputs);
}

function valuesOf(row: unknown, only: string | undefined): Readonly<Record<string, unknown>> {
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) {
    const values = row as Record<string, unknown>;
    const { inputs } = values;
    const isInside = typeof inputs === 'object' && inputs !== null && !Array.isArray(inputs);
    return isInside ? (inputs as Record<string, unknown>) : values;
  }
  return only === undefined ? {} : { [only]: row };
}

function invalid(expected: string, found: string): SerinError {
  return new SerinError('invalid-input', { expected, found });
}
