import type { TensorSpec } from '../../../domain/signature.js';
import { elementCount } from '../../../domain/tensor.js';
import { readerOf } from '../elements/element-reader.js';

/** One way to write an input's numbers in JSON. */
interface Form {
  /** The length of the list at every depth, from the outside; −1 where any will do. */
  readonly nesting: readonly number[];
  /** Whether the outermost list is the rows. */
  readonly manyRows: boolean;
}

/** One input of a model and all the ways to write it. */
export interface InputForms {
  readonly spec: TensorSpec;
  /** Whether the first dimension is the rows: it is free, or fixed at 1. */
  readonly rowsFirst: boolean;
  /** The shape of one row; all of the input's shape where it has no rows. */
  readonly row: readonly number[];
  /** A value that fits several of them means the same by each. */
  readonly forms: readonly Form[];
  /** What one row has to be, in words: "5 numbers a row". */
  readonly expected: string;
}

/** An input's form in one request. */
export interface WrittenForm {
  readonly manyRows: boolean;
  /** The length of the list at every depth, all known. */
  readonly nesting: readonly number[];
  /** The shape of the tensor that it stands for. */
  readonly shape: readonly number[];
}

/**
 * The ways in which an input may be written: nested as the signature says, with or without the
 * dimension of the rows; a row without its dimensions of 1 (28×28 for [N, 1, 28, 28]); and rows as
 * flat lists (784), where that cannot be taken for anything else.
 */
export function inputForms(spec: TensorSpec): InputForms {
  const first = spec.shape[0];
  const rowsFirst = first === -1 || first === 1;
  const row = rowsFirst ? spec.shape.slice(1) : spec.shape;
  const isFixed = !row.includes(-1);
  const squeezed = row.filter((dimension) => dimension !== 1);
  const one = (nesting: readonly number[]): Form => ({ nesting, manyRows: false });
  const many = (inRow: readonly number[]): Form[] =>
    rowsFirst ? [{ nesting: [first, ...inRow], manyRows: true }] : [];
  const forms = [
    one(row),
    ...many(row),
    ...(isFixed && row.length > 1 ? [one([elementCount(row)])] : []),
    // [[1, 2, 3]] could be one row of [1, 3] as well as a list of one flat row.
    ...(isFixed && squeezed.length > 1 ? many([elementCount(row)]) : []),
    ...(squeezed.length < row.length ? [one(squeezed)] : []),
  ];
  return { spec, rowsFirst, row, forms, expected: inWords(spec, row, isFixed, rowsFirst) };
}

/**
 * Finds the form that a value is written in, by the lengths of its first lists.
 * @returns the form that fits; where none does, the first of the same depth, for the error to say
 * what does not fit; undefined where none has that depth
 */
export function formOf(value: unknown, input: InputForms): WrittenForm | undefined {
  const lengths = firstLengths(value, input.row.length + 1);
  const form =
    input.forms.find(({ nesting }) => fits(lengths, nesting)) ??
    input.forms.find(({ nesting }) => nesting.length === lengths.length);
  if (form === undefined) return undefined;
  const nesting = form.nesting.map((dimension, depth) =>
    dimension === -1 ? (lengths[depth] ?? 0) : dimension,
  );
  const inRow = form.manyRows ? nesting.slice(1) : nesting;
  const row = rowShape(input.row, inRow);
  const rows = form.manyRows ? nesting.slice(0, 1) : [1];
  return { manyRows: form.manyRows, nesting, shape: input.rowsFirst ? [...rows, ...row] : row };
}

/** The lengths of a value, its first element, the first element's first, … one deeper than asked. */
function firstLengths(value: unknown, deepest: number): number[] {
  const lengths: number[] = [];
  for (let at = value; Array.isArray(at) && lengths.length <= deepest; at = at[0]) {
    lengths.push(at.length);
  }
  return lengths;
}

function fits(lengths: readonly number[], nesting: readonly number[]): boolean {
  if (lengths.length !== nesting.length) return false;
  for (let depth = 0; depth < nesting.length; depth++) {
    if (nesting[depth] !== -1 && nesting[depth] !== lengths[depth]) return false;
  }
  return true;
}

/** The row's shape with its free dimensions known; only nested and squeezed rows have any. */
function rowShape(row: readonly number[], written: readonly number[]): readonly number[] {
  if (!row.includes(-1)) return row;
  if (written.length === row.length) return written;
  const dimensions = written.values();
  return row.map((dimension) => (dimension === 1 ? 1 : (dimensions.next().value ?? 0)));
}

function inWords(
  { datatype }: TensorSpec,
  row: readonly number[],
  isFixed: boolean,
  rowsFirst: boolean,
): string {
  const { noun } = readerOf(datatype);
  const count = elementCount(row);
  const elements = isFixed
    ? `${count} ${count === 1 ? noun.slice(0, -1) : noun}`
    : `lists of ${noun} nested ${row.length} deep`;
  return rowsFirst ? `${elements} a row` : elements;
}
