import type { Tensor } from '../../../src/domain/tensor.js';
import { buildModel, type NodeToBuild } from '../../../src/models/onnx/build.js';
import type { Activation, Layer, Network } from '../network/network.js';
import type { Sample } from '../samples/sample.js';

/** Who wrote a sample, as its file tells: `npm start` knows samples by it. */
export const producerName = 'serin-train-samples';

const operators: Readonly<Record<Activation, string>> = {
  relu: 'Relu',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  softmax: 'Softmax',
};

/**
 * A network as an ONNX model: Flatten where a row is not flat, then Gemm and an activation a layer.
 * The same network gives the same bytes.
 */
export function networkToOnnx(
  network: Network,
  { input, output, model }: Sample,
  description: string,
): Uint8Array {
  const classes = network.at(-1)?.outputs ?? 0;
  const flat = input.shape.length === 1;
  return buildModel({
    name: model,
    description,
    producer: { name: producerName, version: '' },
    inputs: [{ name: input.name, datatype: 'FP32', shape: ['N', ...input.shape] }],
    outputs: [{ name: output.name, datatype: 'FP32', shape: ['N', classes] }],
    nodes: [
      ...(flat ? [] : [{ type: 'Flatten', inputs: [input.name], outputs: ['flat'] }]),
      ...network.flatMap((layer, index) => {
        const from = index === 0 ? (flat ? input.name : 'flat') : `hidden${index}`;
        const to = index === network.length - 1 ? output.name : `hidden${index + 1}`;
        return nodesOf(layer, index + 1, from, to);
      }),
    ],
    initializers: network.flatMap((layer, index) => weightsOf(layer, index + 1)),
  });
}

function nodesOf(layer: Layer, number: number, from: string, to: string): NodeToBuild[] {
  return [
    {
      type: 'Gemm',
      inputs: [from, `weights${number}`, `biases${number}`],
      outputs: [`sums${number}`],
    },
    { type: operators[layer.activation], inputs: [`sums${number}`], outputs: [to] },
  ];
}

function weightsOf({ inputs, outputs, weights, biases }: Layer, number: number): Tensor<'FP32'>[] {
  return [
    {
      name: `weights${number}`,
      datatype: 'FP32',
      shape: [inputs, outputs],
      data: Float32Array.from(weights),
    },
    {
      name: `biases${number}`,
      datatype: 'FP32',
      shape: [outputs],
      data: Float32Array.from(biases),
    },
  ];
}
