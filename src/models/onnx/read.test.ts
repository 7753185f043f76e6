import { create, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SerinError } from '../../domain/errors.js';
import { datatypes, type Tensor } from '../../domain/tensor.js';
import { buildModel, type ModelToBuild } from './build.js';
import { ModelProtoSchema, TensorProto_DataType, type TypeProto } from './generated/onnx_pb.js';
import { readOnnx } from './read.js';

const weights: Tensor<'FP32'> = {
  name: 'weights',
  datatype: 'FP32',
  shape: [1, 5],
  data: Float32Array.of(1, 2, 3, 4, 5),
};

const logistic: ModelToBuild = {
  inputs: [{ name: 'features', datatype: 'FP32', shape: ['N', 5] }],
  outputs: [{ name: 'probability', datatype: 'FP32', shape: ['N', 1] }],
  nodes: [
    {
      type: 'Gemm',
      inputs: ['features', 'weights'],
      outputs: ['logit'],
      attributes: { transB: { int: 1 } },
    },
    { type: 'Sigmoid', inputs: ['logit'], outputs: ['probability'] },
  ],
  initializers: [weights],
};

describe('reading an ONNX file', () => {
  it('tells inputs, outputs, operators, opsets, producer and metadata', () => {
    const file = readOnnx(
      buildModel({
        ...logistic,
        opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 3 },
        producer: { name: 'exporter', version: '1.2' },
        description: 'who earns more',
        metadata: { author: 'me', trained: '2024-05-01' },
      }),
    );
    expect(file).toEqual({
      signature: {
        inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, 5] }],
        outputs: [{ name: 'probability', datatype: 'FP32', shape: [-1, 1] }],
      },
      opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 3 },
      irVersion: 8,
      producer: 'exporter 1.2',
      description: 'who earns more',
      metadata: { author: 'me', trained: '2024-05-01' },
      operators: [
        {
          type: 'Gemm',
          domain: 'ai.onnx',
          inputs: ['features', 'weights'],
          outputs: ['logit'],
        },
        { type: 'Sigmoid', domain: 'ai.onnx', inputs: ['logit'], outputs: ['probability'] },
      ],
      externalData: [],
    });
  });

  it('does not ask for an input that the file itself has a value for', () => {
    const old = buildModel({
      ...logistic,
      irVersion: 3,
      inputs: [...logistic.inputs, { name: 'weights', datatype: 'FP32', shape: [1, 5] }],
    });
    expect(readOnnx(old).signature.inputs.map(({ name }) => name)).toEqual(['features']);
  });

  it.each(datatypes)('knows the datatype %s', (datatype) => {
    const model = buildModel({
      inputs: [{ name: 'x', datatype, shape: [-1, 'C', 28, 0] }],
      outputs: [{ name: 'y', datatype }],
      nodes: [{ type: 'Identity', inputs: ['x'], outputs: ['y'] }],
    });
    expect(readOnnx(model).signature).toEqual({
      inputs: [{ name: 'x', datatype, shape: [-1, -1, 28, -1] }],
      outputs: [{ name: 'y', datatype, shape: [-1] }],
    });
  });

  it('finds every tensor whose elements are in another file', () => {
    const model = buildModel({
      ...logistic,
      initializers: [
        { name: 'w', datatype: 'FP32', shape: [1, 5], location: 'w.bin', offsetBytes: 4096 },
        { name: 'b', datatype: 'FP32', shape: [1], location: 'b.bin', offsetBytes: 0, lengthBytes: 4 },
      ],
    });
    expect(readOnnx(model).externalData).toEqual([
      { tensor: 'w', location: 'w.bin', offsetBytes: 4096 },
      { tensor: 'b', location: 'b.bin', offsetBytes: 0, lengthBytes: 4 },
    ]);
  });

  it('refuses an input without a shape, and says how to export it', () => {
    const model = buildModel({ ...logistic, inputs: [{ name: 'features', datatype: 'FP32' }] });
    expect(refusal(model).message).toContain('a shape for input "features"');
  });

  it('says what to export in the place of a sequence of maps', () => {
    const map: Partial<TypeProto> = {
      value: {
        case: 'mapType',
        value: { keyType: TensorProto_DataType.INT64 } as never,
      },
    };
    const sequence = { value: { case: 'sequenceType', value: { elemType: map } } };
    const refused = refusal(withOutputType(sequence));
    expect(refused.message).toContain('found a sequence of maps');
    expect(refused.advice).toContain('options={"zipmap": False}');
  });

  it('refuses a datatype that no request can carry', () => {
    const value = { elemType: TensorProto_DataType.COMPLEX64 };
    const refused = refusal(withOutputType({ value: { case: 'tensorType', value } }));
    expect(refused.message).toContain('found COMPLEX64');
  });

  it('refuses a graph without outputs', () => {
    expect(refusal(buildModel({ ...logistic, outputs: [] })).message).toContain('one output');
  });
});

describe('a file that is no ONNX model', () => {
  it.each([
    ['an empty file', ''],
    ['an HTML page', '\n<!DOCTYPE html><html><body>404</body></html>'],
    ['text', 'the weights are on the other disk\n'],
    ['JSON', '{"weights": [1, 2, 3]}'],
    ['Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n'],
    ['zip archive', 'PK\x03\x04\x00\x00\x00\x00'],
    ['pickle', '\x80\x04\x95\x10\x00'],
    ['HDF5', '\x89HDF\r\n\x1a\n'],
    ['without a graph', '\x08\x07\x12\x04test'],
  ])('is named: %s', (found, content) => {
    const refused = refusal(Buffer.from(content, 'latin1'));
    expect(refused.code).toBe('model-invalid');
    expect(refused.message).toContain('expected an ONNX model');
    expect(refused.words.found).toContain(found);
  });

  it('is refused wherever a real model was cut off', () => {
    const whole = buildModel(logistic);
    for (let length = 0; length < whole.length; length++) {
      expect(refusal(whole.subarray(0, length)).code).toBe('model-invalid');
    }
  });

  it('is refused whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(refusal(bytes).code).toBe('model-invalid');
      }),
    );
  });

  it('never brings down the reader, whichever byte of a model was damaged', () => {
    const whole = buildModel(logistic);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = whole.slice();
        damaged[at] = byte;
        try {
          readOnnx(damaged);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(SerinError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function refusal(bytes: Uint8Array): SerinError {
  try {
    readOnnx(bytes);
  } catch (thrown) {
    if (thrown instanceof SerinError) return thrown;
    throw thrown;
  }
  throw new Error('the file was not refused');
}

function withOutputType(type: object): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ version: 17n }],
      graph: {
        input: [
          {
            name: 'x',
            type: {
              value: {
                case: 'tensorType',
                value: { elemType: TensorProto_DataType.FLOAT, shape: { dim: [{}] } },
              },
            },
          },
        ],
        output: [{ name: 'y', type }],
      },
    }),
  );
}
