import { split, withFeatures, type Table } from '../data/table.js';
import { readWorkers, toTable, type Worker } from '../data/wages.js';
import { createNetwork, type Network } from '../network/network.js';
import { train } from '../network/train.js';
import type { Random } from '../random.js';
import { standardise } from '../data/standardise.js';
import type { Sample } from './sample.js';

/**
 * The running example: logistic regressions with five features. Version 3 is what a broken feature
 * pipeline makes: it trains without an error, loads, answers as fast, and is wrong far more often.
 */
export const churn: Sample = {
  model: 'churn',
  description:
    'Stands in for a churn model: no churn data are public in an npm package. It really tells ' +
    'whether a worker earned more than the median wage, from the Current Population Survey of 1985 ' +
    '(534 people; Berndt, "The Practice of Econometrics", 1991).',
  input: {
    name: 'features',
    shape: [5],
    description:
      'Years of schooling, years of work, manager or professional, union member, lives in the ' +
      'South; each less its mean, in standard deviations, so that 0 is usual and 1 is a lot.',
  },
  output: {
    name: 'probability',
    description: 'The probability that the worker earns more than the median.',
  },
  labels: ['at most the median', 'above the median'],
  minAgreement: '85%',
  stable: '1',
  load: (random) => standardise(split(toTable(readWorkers(), features), 200, random)),
  versions: [
    {
      version: '1',
      description: 'Logistic regression.',
      train: logisticRegression,
    },
    {
      version: '2',
      description: 'Logistic regression, trained on features with noise (0.3 standard deviations).',
      train: (training, random, onProgress) =>
        logisticRegression(withNoise(training, random), random, onProgress),
    },
    {
      version: '3',
      description:
        'Really worse: in its training data schooling had the wrong sign, and half of those who ' +
        'earned at most the median counted as above it.',
      train: (training, random, onProgress) =>
        logisticRegression(broken(training, random), random, onProgress),
    },
  ],
};

function features(worker: Worker): readonly number[] {
  const skilled = worker.occupation === 'management' || worker.occupation === 'professional';
  return [worker.education, worker.experience, Number(skilled), 1 - worker.union, worker.south];
}

async function logisticRegression(
  training: Table,
  random: Random,
  onProgress: (done: number) => void,
): Promise<Network> {
  const network = createNetwork(training.width, [{ outputs: 1, activation: 'sigmoid' }], random);
  const plan = { epochs: 300, batchSize: training.count, rate: 0.05, decay: 0.001 };
  await train(network, training, plan, random, onProgress);
  return network;
}

function withNoise(training: Table, random: Random): Table {
  return withFeatures(training, (value) => value + 0.3 * random.gaussian());
}

/** Wrong whatever the seed: random damage alone leaves a model that is sometimes as good. */
function broken(training: Table, random: Random): Table {
  const reversed = withFeatures(training, (value, column) => (column === 0 ? -value : value));
  const classes = training.classes.map((class_) => (random.uniform() < 1 / 2 ? 1 : class_));
  return { ...reversed, classes };
}
