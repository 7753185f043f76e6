import type { Tensor } from '../../domain/tensor.js';
import { SerinError } from '../../domain/errors.js';
import { isFiniteBf16, isFiniteFp16 } from './elements/small-float.js';
import { typed } from './elements/typed-tensor.js';

/** Where an output is not finite; rows are counted from 0. */
export interface NonFinite {
  readonly output: string;
  readonly row: number;
}

/** Finds the first NaN or infinity in floating-point outputs (FP16, BF16, FP32, FP64). */
export function findNonFinite(outputs: readonly Tensor[]): NonFinite | undefined {
  for (const output of outputs) {
    const index = firstNonFinite(output);
    if (index !== -1) return { output: output.name, row: rowOf(output, index) };
  }
  return undefined;
}

/** The error of an answer that JSON cannot carry, for an element by its index. */
export function notFinite(output: Tensor, index: number): SerinError {
  return new SerinError('output-not-finite', {
    expected: 'finite numbers',
    found: `NaN or an infinity in output ${output.name}, row ${rowOf(output, index) + 1}`,
    fields: { output: output.name, row: rowOf(output, index) },
  });
}

function firstNonFinite(output: Tensor): number {
  const tensor = typed(output);
  switch (tensor.datatype) {
    case 'FP32':
    case 'FP64':
      for (let i = 0; i < tensor.data.length; i++) {
        if (!Number.isFinite(tensor.data[i])) return i;
      }
      return -1;
    case 'FP16':
      return tensor.data.findIndex((bits) => !isFiniteFp16(bits));
    case 'BF16':
      return tensor.data.findIndex((bits) => !isFiniteBf16(bits));
    case 'BOOL':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'UINT64':
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64':
    case 'BYTES':
      return -1;
  }
}

function rowOf({ shape, data }: Tensor, index: number): number {
  const rows = shape[0] ?? 1;
  return Math.floor(index / (data.length / rows));
}
