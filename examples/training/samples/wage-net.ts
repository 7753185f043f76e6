import { round } from '../data/standardise.js';
import { split, type Table } from '../data/table.js';
import { readWorkers, toTable } from '../data/wages.js';
import { createNetwork, type Network } from '../network/network.js';
import { train } from '../network/train.js';
import type { Random } from '../random.js';
import type { Sample } from './sample.js';

/** Years that make 1; the longest in the data are 18 and 55. */
const longestSchooling = 20;
const longestWork = 60;

/** The network of the system that Serin replaces: two features, layers of 64, 32, 16 and 1. */
export const wageNet: Sample = {
  model: 'wage-net',
  description:
    'Tells from schooling and work alone whether a worker earned more than the median wage, from ' +
    'the Current Population Survey of 1985 (534 people; Berndt, "The Practice of Econometrics", ' +
    '1991). A network with layers of 64, 32, 16 and 1, ELU between them and a sigmoid at the end.',
  input: {
    name: 'features',
    shape: [2],
    description: `Years of schooling / ${longestSchooling}, years of work / ${longestWork}: each from 0 to 1.`,
  },
  output: {
    name: 'prediction',
    description: 'The probability that the worker earns more than the median.',
  },
  labels: ['at most the median', 'above the median'],
  minAgreement: '85%',
  stable: '1',
  load: (random) => {
    const table = toTable(readWorkers(), ({ education, experience }) => [
      round(education / longestSchooling),
      round(experience / longestWork),
    ]);
    return split(table, 200, random);
  },
  versions: [
    { version: '1', description: 'Trained for 30 epochs.', train: learner(30) },
    {
      version: '2',
      description: 'Trained for 60 epochs, from other first weights.',
      train: learner(60),
    },
  ],
};

function learner(epochs: number) {
  return async (
    training: Table,
    random: Random,
    onProgress: (done: number) => void,
  ): Promise<Network> => {
    const network = createNetwork(
      training.width,
      [
        { outputs: 64, activation: 'elu' },
        { outputs: 32, activation: 'elu' },
        { outputs: 16, activation: 'elu' },
        { outputs: 1, activation: 'sigmoid' },
      ],
      random,
    );
    await train(
      network,
      training,
      { epochs, batchSize: 32, rate: 0.002, decay: 0.01 },
      random,
      onProgress,
    );
    return network;
  };
}
