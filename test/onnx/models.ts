import type { Datatype } from '../../src/domain/tensor.js';
import { floats, integers, onnxModel, type Dimension } from './build.js';

/** Answers with its input; `[N, 3]` unless told otherwise. */
export function identityModel(
  datatype: Datatype,
  shape: readonly Dimension[] = ['N', 3],
): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype, shape }],
    outputs: [{ name: 'y', datatype, shape }],
    nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
  });
}

/** A logistic regression on `x` `[N, features]`; answers `probability` `[N, 1]`. */
export function logisticModel(
  weights: readonly number[] = [0.5, -0.25, 1, 2, -1],
  bias = 0.1,
): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', weights.length] }],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w', 'b'], outputs: ['logit'] },
      { op: 'Sigmoid', inputs: ['logit'], outputs: ['probability'] },
    ],
    constants: [floats('w', [weights.length, 1], weights), floats('b', [1], [bias])],
  });
}

/** Inputs `a`, `b` (FP32 `[N, 2]`) and `n` (INT64 `[N, 1]`); outputs `sum` = a + b, `next` = n + 1. */
export function namedModel(): Uint8Array {
  return onnxModel({
    inputs: [
      { name: 'a', datatype: 'FP32', shape: ['N', 2] },
      { name: 'b', datatype: 'FP32', shape: ['N', 2] },
      { name: 'n', datatype: 'INT64', shape: ['N', 1] },
    ],
    outputs: [
      { name: 'sum', datatype: 'FP32', shape: ['N', 2] },
      { name: 'next', datatype: 'INT64', shape: ['N', 1] },
    ],
    nodes: [
      { op: 'Add', inputs: ['a', 'b'], outputs: ['sum'] },
      { op: 'Add', inputs: ['n', 'one'], outputs: ['next'] },
    ],
    constants: [integers('one', [1], [1])],
  });
}

/**
 * As slow as it is told: `x` `[N, 1]` is the number of times that a 64 × 64 matrix is multiplied
 * by itself (the largest row counts; about 10 µs each), `y` is `x` again. 1e12 spins for ever.
 */
export function slowModel(): Uint8Array {
  const matrix = { name: 'm_in', datatype: 'FP32', shape: [64, 64] } as const;
  const flag = { name: 'go_in', datatype: 'BOOL', shape: [] } as const;
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      { op: 'ReduceMax', inputs: ['x'], outputs: ['most'], attributes: { keepdims: 0 } },
      { op: 'Cast', inputs: ['most'], outputs: ['times'], attributes: { to: 7 } },
      {
        op: 'Loop',
        inputs: ['times', 'go', 'm'],
        outputs: ['m_last'],
        attributes: {
          body: {
            graph: {
              inputs: [{ name: 'i', datatype: 'INT64', shape: [] }, flag, matrix],
              outputs: [
                { ...flag, name: 'go_out' },
                { ...matrix, name: 'm_out' },
              ],
              nodes: [
                { op: 'Identity', inputs: ['go_in'], outputs: ['go_out'] },
                { op: 'MatMul', inputs: ['m_in', 'm'], outputs: ['m_out'] },
              ],
            },
          },
        },
      },
      { op: 'ReduceSum', inputs: ['m_last'], outputs: ['sum'], attributes: { keepdims: 0 } },
      { op: 'Mul', inputs: ['sum', 'nothing'], outputs: ['zero'] },
      { op: 'Add', inputs: ['x', 'zero'], outputs: ['y'] },
    ],
    constants: [
      floats(
        'm',
        [64, 64],
        Array.from({ length: 64 * 64 }, (_, i) => (i % 65 === 0 ? 1 : 0)),
      ),
      floats('nothing', [], [0]),
      { name: 'go', datatype: 'BOOL', shape: [], raw: Uint8Array.of(1) },
    ],
  });
}

/** Takes exactly one row of three and doubles it: requests cannot be put together. */
export function fixedBatchModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 3] }],
    nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
  });
}

/** A model of an operator that ONNX Runtime does not know. */
export function unknownOperatorModel(): Uint8Array {
  return onnxModel(
    {
      inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 3] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 3] }],
      nodes: [{ op: 'Frobnicate', inputs: ['x'], outputs: ['y'], domain: 'com.example' }],
    },
    { domains: { 'com.example': 1 } },
  );
}

/** A model whose weights are in a file of their own, `weights.bin`. */
export function externalDataModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 3] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    constants: [{ name: 'w', datatype: 'FP32', shape: [3, 1], external: 'weights.bin' }],
  });
}

/** Answers `Log(x)`: -infinity at 0, NaN below. */
export function logModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ op: 'Log', inputs: ['x'], outputs: ['y'] }],
  });
}

/** Answers `x` less the mean of all rows: a row's answer depends on the others of its batch. */
export function batchDependentModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      { op: 'ReduceMean', inputs: ['x'], outputs: ['mean'], attributes: { axes: [0] } },
      { op: 'Sub', inputs: ['x', 'mean'], outputs: ['y'] },
    ],
  });
}

/** Says `[N, 1]` of its answer, and gives one row whatever it was asked: the sum of all rows. */
export function batchSwallowingModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['M', 1] }],
    nodes: [{ op: 'ReduceSum', inputs: ['x', 'axes'], outputs: ['y'] }],
    constants: [integers('axes', [1], [0])],
  });
}

/** Looks up row `x` (INT64 `[N, 1]`) in a table; one that it has not is an error of the model. */
export function lookupModel(table: readonly number[] = [10, 11, 12, 13]): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'INT64', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ op: 'Gather', inputs: ['table', 'x'], outputs: ['y'], attributes: { axis: 0 } }],
    constants: [floats('table', [table.length], table)],
  });
}

/**
 * Divides the integers `x` / `y` (INT64 `[N, 1]`). -2⁶³ / -1 kills the process on x86 (SIGFPE), a
 * zero in `y` is an error of the model.
 */
export function crashingModel(): Uint8Array {
  return onnxModel({
    inputs: [
      { name: 'x', datatype: 'INT64', shape: ['N', 1] },
      { name: 'y', datatype: 'INT64', shape: ['N', 1] },
    ],
    outputs: [{ name: 'z', datatype: 'INT64', shape: ['N', 1] }],
    nodes: [{ op: 'Div', inputs: ['x', 'y'], outputs: ['z'] }],
  });
}

/** Divides -2⁶³ by -1 while it is being loaded: on x86 the loading process dies of SIGFPE. */
export function crashingAtLoadModel(): Uint8Array {
  const smallest = new Uint8Array(BigInt64Array.of(-(2n ** 63n)).buffer);
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'INT64', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'INT64', shape: ['N', 1] }],
    nodes: [
      { op: 'Div', inputs: ['smallest', 'minus one'], outputs: ['boom'] },
      { op: 'Add', inputs: ['x', 'boom'], outputs: ['y'] },
    ],
    constants: [
      { name: 'smallest', datatype: 'INT64', shape: [1], raw: smallest },
      integers('minus one', [1], [-1]),
    ],
  });
}

/** Answers `y` (`x` again, `[N, 1]`), and a sequence `z`, which only some clients could take. */
export function sequenceOutputModel(outputs: readonly ('y' | 'z')[] = ['y', 'z']): Uint8Array {
  const column = { datatype: 'FP32', shape: ['N', 1] } as const;
  return onnxModel({
    inputs: [{ ...column, name: 'x' }],
    outputs: outputs.map((name) => ({ ...column, name, isSequence: name === 'z' })),
    nodes: [
      { op: 'Identity', inputs: ['x'], outputs: ['y'] },
      { op: 'SequenceConstruct', inputs: ['x'], outputs: ['z'] },
    ],
  });
}

/** Fills `x` mebibytes (INT64 `[N]`, the largest counts) with ones and answers how many there were. */
export function hungryModel(): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'INT64', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1] }],
    nodes: [
      { op: 'ReduceMax', inputs: ['x'], outputs: ['most'], attributes: { keepdims: 0 } },
      { op: 'Mul', inputs: ['most', 'floats'], outputs: ['size'] },
      {
        op: 'ConstantOfShape',
        inputs: ['size'],
        outputs: ['ones'],
        attributes: { value: { tensor: floats('one', [1], [1]) } },
      },
      { op: 'ReduceSum', inputs: ['ones'], outputs: ['y'], attributes: { keepdims: 0 } },
    ],
    constants: [integers('floats', [1], [262_144])],
  });
}

/** Answers each row of one number with that number so many times. */
export function repeatingModel(times: number): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', times] }],
    nodes: [{ op: 'Expand', inputs: ['x', 'size'], outputs: ['y'] }],
    constants: [integers('size', [2], [1, times])],
  });
}

/** Needs `mebibytes` of memory merely to be loaded: ONNX Runtime computes its constants then. */
export function hungryAtLoadModel(mebibytes: number): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      {
        op: 'ConstantOfShape',
        inputs: ['size'],
        outputs: ['ones'],
        attributes: { value: { tensor: floats('one', [1], [1]) } },
      },
      { op: 'ReduceSum', inputs: ['ones'], outputs: ['sum'], attributes: { keepdims: 0 } },
      { op: 'Add', inputs: ['x', 'sum'], outputs: ['y'] },
    ],
    constants: [integers('size', [1], [mebibytes * 262_144])],
  });
}

/**
 * Reads an image `image` `[N, 1, 28, 28]`: which of ten bands of its columns has the most ink.
 * Answers the share of each band, `shares` `[N, 10]`.
 */
export function imageModel(): Uint8Array {
  const bandOf = (pixel: number): number => Math.min(9, Math.floor((pixel % 28) / 2.8));
  const weights = Array.from({ length: 784 * 10 }, (_, i) =>
    bandOf(Math.floor(i / 10)) === i % 10 ? 1 : 0,
  );
  return onnxModel({
    inputs: [{ name: 'image', datatype: 'FP32', shape: ['N', 1, 28, 28] }],
    outputs: [{ name: 'shares', datatype: 'FP32', shape: ['N', 10] }],
    nodes: [
      { op: 'Flatten', inputs: ['image'], outputs: ['pixels'] },
      { op: 'MatMul', inputs: ['pixels', 'bands'], outputs: ['ink'] },
      { op: 'Softmax', inputs: ['ink'], outputs: ['shares'] },
    ],
    constants: [floats('bands', [784, 10], weights)],
  });
}
