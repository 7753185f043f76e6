import type { Gradient } from './gradient.js';
import type { Network } from './network.js';

const meanDecay = 0.9;
const squareDecay = 0.999;
const epsilon = 1e-8;

/**
 * Moves a network's weights against the mean gradient of some rows, given their sum.
 * `rate` is about how far a weight moves at most.
 */
export type Step = (sum: Gradient, rows: number, rate: number) => void;

/**
 * Adam: steps of about the same size, whatever the size of the gradient.
 * Source: D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1;
 * weight decay apart from the gradient: I. Loshchilov and F. Hutter (2019).
 * @param decay how much of a weight is lost a step, in units of the rate
 */
export function adam(network: Network, decay: number): Step {
  const parameters = network.flatMap(({ weights, biases }) => [
    { values: weights, decay, ...moments(weights) },
    { values: biases, decay: 0, ...moments(biases) },
  ]);
  let step = 0;
  return (sum, rows, rate) => {
    step += 1;
    const slopes = sum.flatMap(({ weights, biases }) => [weights, biases]);
    const correction = Math.sqrt(1 - squareDecay ** step) / (1 - meanDecay ** step);
    parameters.forEach((parameter, index) => {
      move(parameter, slopes[index] as Float64Array, rows, rate, correction);
    });
  };
}

interface Parameter {
  readonly values: Float64Array;
  readonly decay: number;
  readonly means: Float64Array;
  readonly squares: Float64Array;
}

function moments({ length }: Float64Array) {
  return { means: new Float64Array(length), squares: new Float64Array(length) };
}

function move(
  parameter: Parameter,
  slopes: Float64Array,
  rows: number,
  rate: number,
  correction: number,
): void {
  const { values, means, squares } = parameter;
  const kept = 1 - rate * parameter.decay;
  const stepRate = rate * correction;
  for (let index = 0; index < values.length; index++) {
    const slope = (slopes[index] as number) / rows;
    const mean = meanDecay * (means[index] as number) + (1 - meanDecay) * slope;
    const square = squareDecay * (squares[index] as number) + (1 - squareDecay) * slope * slope;
    means[index] = mean;
    squares[index] = square;
    values[index] =
      (values[index] as number) * kept - (stepRate * mean) / (Math.sqrt(square) + epsilon);
  }
}
