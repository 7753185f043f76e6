import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { buildModel } from './build.js';

it('writes a model that ONNX Runtime answers from', async () => {
  const session = await InferenceSession.create(
    buildModel({
      inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
      nodes: [
        {
          type: 'Gemm',
          inputs: ['x', 'w', 'b'],
          outputs: ['y'],
          attributes: { transB: { int: 1 }, alpha: { float: 0.5 } },
        },
      ],
      initializers: [
        { name: 'w', datatype: 'FP32', shape: [1, 2], data: Float32Array.of(2, 4) },
        { name: 'b', datatype: 'FP32', shape: [1], data: Float32Array.of(10) },
      ],
    }),
  );
  const { y } = await session.run({ x: new Tensor('float32', [1, 1, 3, 0], [2, 2]) });
  expect([...(y?.data as Float32Array)]).toEqual([13, 13]);
});

it('writes strings and integers that ONNX Runtime reads back', async () => {
  const session = await InferenceSession.create(
    buildModel({
      inputs: [{ name: 'index', datatype: 'INT64', shape: ['N'] }],
      outputs: [{ name: 'word', datatype: 'BYTES', shape: ['N'] }],
      nodes: [{ type: 'Gather', inputs: ['words', 'index'], outputs: ['word'] }],
      initializers: [
        {
          name: 'words',
          datatype: 'BYTES',
          shape: [2],
          data: [Buffer.from('näin'), Buffer.from('ja')],
        },
      ],
    }),
  );
  const { word } = await session.run({
    index: new Tensor('int64', BigInt64Array.of(1n, 0n), [2]),
  });
  expect(word?.data).toEqual(['ja', 'näin']);
});
