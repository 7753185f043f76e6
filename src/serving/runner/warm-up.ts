import { isBatchable, type Signature, type TensorSpec } from '../../domain/signature.js';
import { elementCount, type Tensor } from '../../domain/tensor.js';
import { zeros } from '../tensor-data.js';
import type { OnnxSession } from './onnx-session.js';

/**
 * Runs until JavaScript, allocator and model are warm, but no longer than somebody would wait. After 20
 * runs half of a canary's first requests took up to 256 µs in the model, after 500 up to 200 µs: a
 * process that still compiles looks like a version that is slower.
 */
const mostRuns = 500;
const longestMs = 1000;

/** An input that would be larger than this is not made up: 256 Mi elements. */
const mostElements = 2 ** 28;

/**
 * Predicts on made-up rows, alone and as many at once as there will ever be, so that the first
 * user does not wait for what the first run allocates. Inputs are ones: a zero is more often
 * something to divide by.
 * @returns why the model refused the made-up rows, where it did; it may well take real ones
 */
export async function warmUp(
  session: OnnxSession,
  maxBatchSize: number,
): Promise<string | undefined> {
  const { signature } = session;
  const batchSizes = isBatchable(signature) ? [1, maxBatchSize] : [1];
  try {
    for (const rows of batchSizes) {
      const startedAtMs = performance.now();
      const inputs = madeUpInputs(signature, rows);
      if (inputs === undefined) return 'its inputs are too large to make some up';
      for (let i = 0; i < mostRuns && performance.now() - startedAtMs < longestMs; i++) {
        await session.run(inputs);
      }
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Inputs of the signature's shapes: the first dimension has `rows`, other free ones have 1. */
export function madeUpInputs(signature: Signature, rows: number): Tensor[] | undefined {
  const inputs: Tensor[] = [];
  for (const spec of signature.inputs) {
    const shape = spec.shape.map((size, axis) => (size !== -1 ? size : axis === 0 ? rows : 1));
    if (elementCount(shape) > mostElements) return undefined;
    inputs.push(ones(spec, shape));
  }
  return inputs;
}

function ones({ name, datatype }: TensorSpec, shape: readonly number[]): Tensor {
  const count = elementCount(shape);
  if (datatype === 'BYTES') {
    return { name, datatype, shape, data: Array<Uint8Array>(count).fill(new Uint8Array(0)) };
  }
  const data = zeros(datatype, count);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data.fill(1n);
  else data.fill(oneAs[datatype] ?? 1);
  return { name, datatype, shape, data };
}

/** The 16 bits of 1 in the formats that JavaScript holds as bits. */
const oneAs: Readonly<Partial<Record<TensorSpec['datatype'], number>>> = {
  FP16: 0x3c00,
  BF16: 0x3f80,
};
