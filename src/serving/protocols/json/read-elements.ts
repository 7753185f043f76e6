import { SerinError } from '../../../domain/errors.js';
import { formatShape, type TensorSpec } from '../../../domain/signature.js';
import { elementCount, type TensorData } from '../../../domain/tensor.js';
import { type ElementReader, type FillableData, readerOf } from '../elements/element-reader.js';
import { describeJson } from './describe-json.js';

/** How the elements of one input are written in JSON, and what to say when they are not. */
export interface Nesting {
  readonly spec: TensorSpec;
  /** The length of the list at every depth, all known; empty for an element outside any list. */
  readonly shape: readonly number[];
  /** Whether the outermost list is the rows, so that messages can count them. */
  readonly rowsFirst: boolean;
  /** What the whole has to be, after "expected": "5 numbers a row". */
  readonly expected: string;
}

/**
 * Reads the elements of one tensor from nested lists, in row-major order. All lengths are checked
 * before anything is allocated.
 * @throws SerinError `invalid-input` when a list is longer or shorter than the others, an element
 * is not of the datatype, or beyond its range
 */
export function readElements(value: unknown, nesting: Nesting): TensorData {
  const { spec, shape } = nesting;
  checkLengths(value, nesting, []);
  const reader = readerOf(spec.datatype);
  const into = reader.allocate(elementCount(shape));
  fill(value, nesting, reader, into, 0, []);
  return into;
}

/** An input as messages name it: `input features [N, 5]`. */
export function nameInput(spec: TensorSpec): string {
  return `input ${spec.name} ${formatShape(spec.shape)}`;
}

/** `path` is where `value` stands; one array for the whole walk. */
function checkLengths(value: unknown, nesting: Nesting, path: number[]): void {
  const length = nesting.shape[path.length];
  if (length === undefined) return;
  if (!Array.isArray(value)) throw misfit(nesting, describeJson(value), path);
  if (value.length !== length) throw misfit(nesting, String(value.length), path);
  if (path.length + 1 === nesting.shape.length) return;
  for (let i = 0; i < length; i++) {
    path.push(i);
    checkLengths(value[i], nesting, path);
    path.pop();
  }
}

/** Answers where in `into` the next element goes. */
function fill(
  value: unknown,
  nesting: Nesting,
  reader: ElementReader<FillableData>,
  into: FillableData,
  at: number,
  path: number[],
): number {
  const depthLeft = nesting.shape.length - path.length;
  const list = (depthLeft === 0 ? [value] : value) as readonly unknown[];
  if (depthLeft <= 1) {
    const wrong = reader.read(list, into, at);
    if (wrong === -1) return at + list.length;
    throw new SerinError('invalid-input', {
      expected: `${reader.expected} (${nameInput(nesting.spec)})`,
      found: describeJson(list[wrong]) + place(nesting, depthLeft === 0 ? path : [...path, wrong]),
    });
  }
  let next = at;
  for (let i = 0; i < list.length; i++) {
    path.push(i);
    next = fill(list[i], nesting, reader, into, next, path);
    path.pop();
  }
  return next;
}

function misfit(nesting: Nesting, found: string, path: readonly number[]): SerinError {
  return new SerinError('invalid-input', {
    expected: `${nesting.expected} (${nameInput(nesting.spec)})`,
    found: found + place(nesting, path),
  });
}

/** Where an element is, counted from 1: ` in row 2, position 3`. */
function place({ rowsFirst }: Nesting, path: readonly number[]): string {
  const counted = path.map((index) => index + 1);
  const [row, inRow] = rowsFirst ? [counted[0], counted.slice(1)] : [undefined, counted];
  const position = inRow.length === 0 ? '' : `position ${inRow.join(', ')}`;
  if (row === undefined) return position === '' ? '' : ` at ${position}`;
  return position === '' ? ` in row ${row}` : ` in row ${row}, ${position}`;
}
