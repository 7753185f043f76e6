import { applyLayer, type Layer, type Network } from './network.js';
import { addOuterProduct, transposedProduct } from './vector.js';

/** For every layer, how the loss changes with each weight and bias; shaped as the layer's own. */
export type Gradient = readonly { readonly weights: Float64Array; readonly biases: Float64Array }[];

/** A gradient of zeros for a network. */
export function zeroGradient(network: Network): Gradient {
  return network.map(({ weights, biases }) => ({
    weights: new Float64Array(weights.length),
    biases: new Float64Array(biases.length),
  }));
}

/**
 * Adds the gradient of one row's cross-entropy to `gradient`.
 * Source: back-propagation, D. Rumelhart, G. Hinton, R. Williams (1986).
 * @param row features
 * @param expected the index of the row's class
 * @returns the row's loss, in nats
 */
export function addGradient(
  gradient: Gradient,
  network: Network,
  row: Float32Array,
  expected: number,
): number {
  const values = [Float64Array.from(row)];
  for (const layer of network) {
    values.push(applyLayer(layer, values.at(-1) as Float64Array<ArrayBuffer>));
  }
  const answer = values.at(-1) as Float64Array;
  let errors = outputErrors(answer, expected);
  for (let index = network.length - 1; index >= 0; index--) {
    const layer = network[index] as Layer;
    const input = values[index] as Float64Array;
    const { weights, biases } = gradient[index] as Gradient[number];
    addOuterProduct(weights, input, errors);
    addOuterProduct(biases, Float64Array.of(1), errors);
    if (index > 0) errors = errorsBelow(network[index - 1] as Layer, layer, input, errors);
  }
  return -Math.log(likelihood(answer, expected));
}

/** For sigmoid and softmax with cross-entropy alike: the answer less the truth. */
function outputErrors(answer: Float64Array, expected: number): Float64Array {
  const binary = answer.length === 1;
  return answer.map((value, index) => value - (binary ? expected : Number(index === expected)));
}

function likelihood(answer: Float64Array, expected: number): number {
  const first = answer[0] as number;
  if (answer.length === 1) return expected === 1 ? first : 1 - first;
  return answer[expected] as number;
}

/** The errors of the sums in the layer below, from those of the layer above. */
function errorsBelow(
  below: Layer,
  above: Layer,
  values: Float64Array,
  errors: Float64Array,
): Float64Array {
  const sums = transposedProduct(above.weights, errors);
  return sums.map((sum, index) => sum * slope(below.activation, values[index] as number));
}

/** The slope of a hidden activation, from its value. */
function slope(activation: Layer['activation'], value: number): number {
  switch (activation) {
    case 'relu':
      return value > 0 ? 1 : 0;
    case 'elu':
      return value > 0 ? 1 : value + 1;
    case 'sigmoid':
      return value * (1 - value);
    case 'softmax':
      throw new Error('softmax is the last layer of a network');
  }
}
