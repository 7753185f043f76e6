import type { Tensor } from '../domain/tensor.js';
import { concatenate, elementsBetween } from './tensor-data.js';

/**
 * The rows of a request: the first dimension that all its inputs have in common; 0 when there is
 * no such thing, and it cannot be put together with others.
 */
export function rowCount(inputs: readonly Tensor[]): number {
  const rows = inputs[0]?.shape[0] ?? 0;
  for (let i = 1; i < inputs.length; i++) if (inputs[i]?.shape[0] !== rows) return 0;
  return rows;
}

/** Whether rows of two requests can stand in one batch: same inputs, and same shape but the first. */
export function areJoinable(some: readonly Tensor[], others: readonly Tensor[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) {
    const one = some[i];
    const other = others[i];
    if (one?.name !== other?.name || one?.datatype !== other?.datatype) return false;
    if (!differOnlyInRows(one?.shape ?? [], other?.shape ?? [])) return false;
  }
  return true;
}

/** The inputs of several joinable requests as those of one: first dimensions added up. */
export function joinRows(requests: readonly (readonly Tensor[])[]): Tensor[] {
  const [first = []] = requests;
  return first.map(({ name, datatype, shape }, index) => {
    const parts: Tensor['data'][] = [];
    let rows = 0;
    let count = 0;
    for (const inputs of requests) {
      const input = inputs[index];
      if (input === undefined) continue;
      parts.push(input.data);
      rows += input.shape[0] ?? 0;
      count += input.data.length;
    }
    return {
      name,
      datatype,
      shape: [rows, ...shape.slice(1)],
      data: concatenate(datatype, parts, count),
    };
  });
}

/**
 * The outputs of a batch, for each of its requests: their own rows, not copied.
 * @param rowsOf the requests' numbers of rows, in the order of the batch
 * @returns nothing when an output has not as many rows as the batch: then they are not its rows
 */
export function splitRows(
  outputs: readonly Tensor[],
  rowsOf: readonly number[],
): Tensor[][] | undefined {
  const total = rowsOf.reduce((sum, rows) => sum + rows, 0);
  if (outputs.some(({ shape }) => shape[0] !== total)) return undefined;
  const answers: Tensor[][] = [];
  let start = 0;
  for (const rows of rowsOf) {
    const answer: Tensor[] = [];
    for (const output of outputs) answer.push(rowsBetween(output, start, start + rows, total));
    answers.push(answer);
    start += rows;
  }
  return answers;
}

function rowsBetween(output: Tensor, start: number, end: number, total: number): Tensor {
  const { name, datatype, shape, data } = output;
  const perRow = data.length / total;
  const ownShape = shape.slice();
  ownShape[0] = end - start;
  const own = elementsBetween(data, start * perRow, end * perRow);
  return { name, datatype, shape: ownShape, data: own };
}

function differOnlyInRows(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  for (let axis = 1; axis < one.length; axis++) if (one[axis] !== other[axis]) return false;
  return true;
}
