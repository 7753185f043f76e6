import { elementBytes, type Tensor } from '../../../domain/tensor.js';
import type { Subject } from '../subject.js';

/** A batch of more than this would not fit between the processes, or fill the memory of one. */
const mostBytes = 128 * 2 ** 20;
/** A guess, for byte strings. */
const bytesOfText = 16;

/** Rows in the largest batch that is worth trying: what Serin may put together, of rows like this. */
export function largestBatch(
  { batching }: Pick<Subject, 'batching'>,
  row: readonly Tensor[],
): number {
  const bytes = row.reduce(
    (sum, { datatype, data }) => sum + data.length * (elementBytes[datatype] || bytesOfText),
    0,
  );
  return Math.max(1, Math.min(batching.maxBatchSize, Math.floor(mostBytes / Math.max(1, bytes))));
}
