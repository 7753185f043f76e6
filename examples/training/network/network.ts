import type { Random } from '../random.js';
import { addProduct } from './vector.js';

/** What a layer does with its sums. `sigmoid` and `softmax` come last in a network only. */
export type Activation = 'relu' | 'elu' | 'sigmoid' | 'softmax';

/** A fully connected layer: activation(weights · input + biases). */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly activation: Activation;
  /** `inputs` × `outputs`, row-major. */
  readonly weights: Float64Array;
  /** One for every output. */
  readonly biases: Float64Array;
}

/** Layers, each taking what the one before gives. */
export type Network = readonly Layer[];

export interface LayerPlan {
  readonly outputs: number;
  readonly activation: Activation;
}

/**
 * A network that has learnt nothing yet.
 * Source of the first weights: K. He et al., "Delving Deep into Rectifiers" (2015), eq. 10; half the
 * variance for a last layer, as X. Glorot and Y. Bengio (2010) argue for saturating activations.
 * @param inputs features of a row
 */
export function createNetwork(inputs: number, plan: readonly LayerPlan[], random: Random): Network {
  return plan.map(({ outputs, activation }, index) => {
    const width = plan[index - 1]?.outputs ?? inputs;
    const rectifies = activation === 'relu' || activation === 'elu';
    const deviation = Math.sqrt((rectifies ? 2 : 1) / width);
    return {
      inputs: width,
      outputs,
      activation,
      weights: Float64Array.from({ length: outputs * width }, () => random.gaussian() * deviation),
      biases: new Float64Array(outputs),
    };
  });
}

/** The same network with every number as an ONNX file stores it: in single precision. */
export function inSinglePrecision(network: Network): Network {
  return network.map((layer) => ({
    ...layer,
    weights: layer.weights.map(Math.fround),
    biases: layer.biases.map(Math.fround),
  }));
}

/**
 * A network's answer to one row.
 * @returns one probability after `sigmoid`; one a class, of sum 1, after `softmax`
 */
export function predict(network: Network, row: Float32Array): Float64Array {
  let input = Float64Array.from(row);
  for (const layer of network) input = applyLayer(layer, input);
  return input;
}

/** One layer's answer to its input. */
export function applyLayer(layer: Layer, input: Float64Array): Float64Array<ArrayBuffer> {
  const sums = Float64Array.from(layer.biases);
  addProduct(sums, layer.weights, input);
  return activate(layer.activation, sums);
}

/** The index of the class that a network's answer amounts to. */
export function classOf(answer: Float64Array): number {
  if (answer.length === 1) return (answer[0] as number) >= 0.5 ? 1 : 0;
  return answer.indexOf(Math.max(...answer));
}

function activate(activation: Activation, sums: Float64Array<ArrayBuffer>) {
  switch (activation) {
    case 'relu':
      return sums.map((sum) => Math.max(0, sum));
    case 'elu':
      return sums.map((sum) => (sum > 0 ? sum : Math.expm1(sum)));
    case 'sigmoid':
      return sums.map((sum) => 1 / (1 + Math.exp(-sum)));
    case 'softmax':
      return softmax(sums);
  }
}

function softmax(sums: Float64Array<ArrayBuffer>) {
  // Only differences matter; taking the largest away keeps exp() from overflowing.
  const largest = Math.max(...sums);
  const powers = sums.map((sum) => Math.exp(sum - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
