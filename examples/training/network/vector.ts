/**
 * The inner loops of training. Weights lie input by input, so that an input of 0 (four fifths of a
 * handwritten digit's pixels) costs nothing, and every loop runs through memory in order.
 */

/** sums[o] += Σᵢ input[i] · weights[i, o] */
export function addProduct(sums: Float64Array, weights: Float64Array, input: Float64Array): void {
  const outputs = sums.length;
  for (let index = 0; index < input.length; index++) {
    const value = input[index] as number;
    if (value === 0) continue;
    const row = index * outputs;
    for (let output = 0; output < outputs; output++) {
      sums[output] = (sums[output] as number) + value * (weights[row + output] as number);
    }
  }
}

/** products[i, o] += input[i] · errors[o] */
export function addOuterProduct(
  products: Float64Array,
  input: Float64Array,
  errors: Float64Array,
): void {
  const outputs = errors.length;
  for (let index = 0; index < input.length; index++) {
    const value = input[index] as number;
    if (value === 0) continue;
    const row = index * outputs;
    for (let output = 0; output < outputs; output++) {
      products[row + output] =
        (products[row + output] as number) + value * (errors[output] as number);
    }
  }
}

/** The vector of Σₒ weights[i, o] · errors[o], for every input i. */
export function transposedProduct(weights: Float64Array, errors: Float64Array): Float64Array {
  const outputs = errors.length;
  const sums = new Float64Array(weights.length / outputs);
  for (let index = 0; index < sums.length; index++) {
    const row = index * outputs;
    let sum = 0;
    for (let output = 0; output < outputs; output++) {
      sum += (weights[row + output] as number) * (errors[output] as number);
    }
    sums[index] = sum;
  }
  return sums;
}
