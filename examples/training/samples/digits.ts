import { readDigits } from '../data/digits.js';
import { rowOf, split, type Table } from '../data/table.js';
import { createNetwork, type Network } from '../network/network.js';
import { train } from '../network/train.js';
import type { Random } from '../random.js';
import type { Sample } from './sample.js';

const side = 28;

/** An input of the size of an image, and ten classes: not every model is tiny. */
export const digits: Sample = {
  model: 'digits',
  description:
    'Reads a handwritten digit: 10,000 of the images of the MNIST database (LeCun, Cortes, Burges).',
  input: {
    name: 'image',
    shape: [1, side, side],
    description: 'One channel, 28 rows of 28 pixels, from 0 (paper) to 1 (ink).',
  },
  output: { name: 'probabilities', description: 'The probability of each digit, 0 to 9.' },
  labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  minAgreement: '85%',
  stable: '1',
  load: (random) => split(readDigits(), 1000, random),
  versions: [
    {
      version: '1',
      description: 'One hidden layer of 64 units.',
      train: learner(64, 4),
    },
    {
      version: '2',
      description: 'One hidden layer of 96 units.',
      train: learner(96, 5),
    },
  ],
};

function learner(units: number, epochs: number) {
  return async (
    training: Table,
    random: Random,
    onProgress: (done: number) => void,
  ): Promise<Network> => {
    const network = createNetwork(
      training.width,
      [
        { outputs: units, activation: 'relu' },
        { outputs: 10, activation: 'softmax' },
      ],
      random,
    );
    const plan = { epochs, batchSize: 32, rate: 0.003, decay: 0.01, vary: shiftImages };
    await train(network, training, plan, random, onProgress);
    return network;
  };
}

/**
 * Every image moved by up to one pixel each way: there are few images, and where a digit stands
 * must not matter. Their borders are empty, so that what leaves on one side is paper.
 */
function shiftImages(images: Table, random: Random): Table {
  const features = new Float32Array(images.features.length);
  for (let index = 0; index < images.count; index++) {
    const by = side * upToOne(random) + upToOne(random);
    const image = rowOf(images, index);
    const start = index * images.width;
    features.set(
      image.subarray(Math.max(0, -by), images.width - Math.max(0, by)),
      start + Math.max(0, by),
    );
  }
  return { ...images, features };
}

/** -1, 0 or 1. */
function upToOne(random: Random): number {
  return Math.floor(3 * random.uniform()) - 1;
}
