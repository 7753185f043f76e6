import { SerinError } from '../../../domain/errors.js';
import type { Tensor } from '../../../domain/tensor.js';
import { describeJson } from '../json/describe-json.js';
import { type JsonObject, listOfNames } from '../json/json-body.js';
import { nameInput, readElements } from '../json/read-elements.js';
import { formOf, type InputForms, type WrittenForm } from './input-forms.js';

/** The inputs of one request as tensors. */
export interface ReadInputs {
  readonly inputs: readonly Tensor[];
  readonly rows: number;
  /** Whether the request was a list of rows. */
  readonly manyRows: boolean;
}

/**
 * Reads the one input of a model that has one.
 * @throws SerinError `invalid-input`
 */
export function readOnlyInput(value: unknown, input: InputForms): ReadInputs {
  const form = writtenForm(value, input);
  const tensor = readTensor(value, input, form);
  return { inputs: [tensor], rows: rowCount(input, tensor), manyRows: form.manyRows };
}

/**
 * Reads inputs by their names.
 * @param agree whether all inputs have to have the same number of rows
 * @throws SerinError `invalid-input`
 */
export function readNamedInputs(
  values: JsonObject,
  inputs: readonly InputForms[],
  agree: boolean,
): ReadInputs {
  refuseOtherNames(values, inputs);
  const written = inputs.map((input) => {
    const value = values[input.spec.name];
    const form = writtenForm(value, input);
    return { input, form, tensor: readTensor(value, input, form) };
  });
  // An input with a fixed first dimension takes no part in a batch, so it has no say in the rows.
  const free = written.filter(({ input }) => input.spec.shape[0] === -1);
  const [first, ...others] = free;
  if (first === undefined) {
    const manyRows = written.some(({ form }) => form.manyRows);
    return { inputs: written.map(({ tensor }) => tensor), rows: 1, manyRows };
  }
  const other = others.find(({ form }) => !sameRows(form, first.form, agree));
  if (other !== undefined) {
    throw new SerinError('invalid-input', {
      expected: 'every input as one row, or every input as a list of as many rows',
      found: `${first.input.spec.name} as ${rowsInWords(first.form)}, ${other.input.spec.name} as ${rowsInWords(other.form)}`,
    });
  }
  return {
    inputs: written.map(({ tensor }) => tensor),
    rows: rowCount(first.input, first.tensor),
    manyRows: first.form.manyRows,
  };
}

function refuseOtherNames(values: JsonObject, inputs: readonly InputForms[]): void {
  const names = new Set(inputs.map(({ spec }) => spec.name));
  const unknown = Object.keys(values).find((name) => !names.has(name));
  const missing = [...names].filter((name) => !Object.hasOwn(values, name));
  if (unknown === undefined && missing.length === 0) return;
  throw new SerinError('invalid-input', {
    expected: `the inputs ${listOfNames(names)}`,
    found: [
      ...(unknown === undefined ? [] : [`the unknown ${describeJson(unknown)}`]),
      ...(missing.length === 0 ? [] : [`no ${listOfNames(missing)}`]),
    ].join(' and '),
  });
}

function writtenForm(value: unknown, input: InputForms): WrittenForm {
  const form = formOf(value, input);
  if (form === undefined) throw misfit(input, depthInWords(value, input));
  if (form.nesting.includes(0)) throw misfit(input, 'an empty list');
  return form;
}

function readTensor(value: unknown, input: InputForms, form: WrittenForm): Tensor {
  const { spec, expected } = input;
  const nesting = { spec, shape: form.nesting, rowsFirst: form.manyRows, expected };
  const data = readElements(value, nesting);
  return { name: spec.name, datatype: spec.datatype, shape: form.shape, data };
}

function rowCount({ spec }: InputForms, { shape }: Tensor): number {
  return spec.shape[0] === -1 ? (shape[0] ?? 1) : 1;
}

function sameRows(one: WrittenForm, other: WrittenForm, agree: boolean): boolean {
  if (one.manyRows !== other.manyRows) return false;
  return !agree || one.shape[0] === other.shape[0];
}

function rowsInWords({ manyRows, shape }: WrittenForm): string {
  return manyRows ? `a list of ${shape[0] ?? 1}` : 'one row';
}

function depthInWords(value: unknown, { row }: InputForms): string {
  let depth = 0;
  for (let at = value; Array.isArray(at) && depth <= row.length + 1; at = at[0]) depth++;
  if (depth === 0) return describeJson(value);
  return depth > row.length + 1
    ? `a list nested more than ${row.length + 1} deep`
    : `a list nested ${depth} deep`;
}

function misfit({ spec, expected }: InputForms, found: string): SerinError {
  return new SerinError('invalid-input', {
    expected: `${expected} (${nameInput(spec)})`,
    found,
  });
}
