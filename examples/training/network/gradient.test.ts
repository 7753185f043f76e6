import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomFrom } from '../random.js';
import { addGradient, zeroGradient } from './gradient.js';
import { createNetwork, type LayerPlan, type Network } from './network.js';

const step = 1e-5;

const plans: Record<string, readonly LayerPlan[]> = {
  'a logistic regression': [{ outputs: 1, activation: 'sigmoid' }],
  'ELU layers before a sigmoid': [
    { outputs: 6, activation: 'elu' },
    { outputs: 4, activation: 'elu' },
    { outputs: 1, activation: 'sigmoid' },
  ],
  'ReLU layers before a softmax': [
    { outputs: 7, activation: 'relu' },
    { outputs: 5, activation: 'relu' },
    { outputs: 3, activation: 'softmax' },
  ],
};

it.each(Object.keys(plans))('the gradient of %s is that of finite differences', (name) => {
  fc.assert(
    fc.property(fc.string(), (seed) => {
      const random = randomFrom(seed);
      const network = createNetwork(3, plans[name]!, random);
      // Biases away from 0, so that no ReLU stands exactly at its corner.
      for (const { biases } of network) biases.forEach((_, at) => (biases[at] = random.gaussian()));
      const row = Float32Array.from({ length: 3 }, () => random.gaussian());
      const outputs = network.at(-1)!.outputs;
      const expected = Math.floor(random.uniform() * Math.max(2, outputs));

      const gradient = zeroGradient(network);
      addGradient(gradient, network, row, expected);
      network.forEach((layer, index) => {
        for (const part of ['weights', 'biases'] as const) {
          const values = layer[part];
          values.forEach((value, at) => {
            values[at] = value + step;
            const above = lossOf(network, row, expected);
            values[at] = value - step;
            const below = lossOf(network, row, expected);
            values[at] = value;
            const slope = (above - below) / (2 * step);
            expect(gradient[index]![part][at]).toBeCloseTo(slope, 4);
          });
        }
      });
    }),
    { numRuns: 20 },
  );
});

function lossOf(network: Network, row: Float32Array, expected: number): number {
  return addGradient(zeroGradient(network), network, row, expected);
}
