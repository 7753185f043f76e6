import type { Gradient } from './gradient.js';
import type { Network } from './network.js';

const meanDecay = 0.9;
const squareDecay = 0.999;
const epsilon = 1e-8;

/** Moves a network's weights against a gradient. */
export type Step = (gradient: Gradient) => void;

/**
 * Adam: steps of about `rate` whatever the size of the gradient.
 * Source: D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1;
 * weight decay apart from the gradient: I. Loshchilov and F. Hutter (2019).
 * @param rate about how far a weight moves at most in one step
 * @param decay how much of a weight is lost a step, in units of the rate
 */
export function adam(network: Network, rate: number, decay: number): Step {
  const parameters = network.flatMap(({ weights, biases }) => [
    { values: weights, decay, ...moments(weights) },
    { values: biases, decay: 0, ...moments(biases) },
  ]);
  let step = 0;
  return (gradient) => {
    step += 1;
    const slopes = gradient.flatMap(({ weights, biases }) => [weights, biases]);
    const stepRate = (rate * Math.sqrt(1 - squareDecay ** step)) / (1 - meanDecay ** step);
    parameters.forEach((parameter, index) => {
      move(parameter, slopes[index] as Float64Array, stepRate, rate);
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

function move(parameter: Parameter, slopes: Float64Array, stepRate: number, rate: number): void {
  const { values, means, squares } = parameter;
  const kept = 1 - rate * parameter.decay;
  for (let index = 0; index < values.length; index++) {
    const slope = slopes[index] as number;
    const mean = meanDecay * (means[index] as number) + (1 - meanDecay) * slope;
    const square = squareDecay * (squares[index] as number) + (1 - squareDecay) * slope * slope;
    means[index] = mean;
    squares[index] = square;
    values[index] =
      (values[index] as number) * kept - (stepRate * mean) / (Math.sqrt(square) + epsilon);
  }
}
