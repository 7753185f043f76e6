import { setImmediate } from 'node:timers/promises';
import { rowOf, type Table } from '../data/table.js';
import { shuffledIndices, type Random } from '../random.js';
import { adam } from './adam.js';
import { addGradient, zeroGradient, type Gradient } from './gradient.js';
import { classOf, predict, type Network } from './network.js';

export interface TrainingPlan {
  readonly epochs: number;
  readonly batchSize: number;
  /** Adam's rate at first; it falls linearly to 0. */
  readonly rate: number;
  /** Weight decay, in units of the rate. */
  readonly decay: number;
  /** The rows as one epoch sees them; as they are where it is left out. */
  readonly vary?: (table: Table, random: Random) => Table;
}

/** Others (a progress line, Ctrl-C) get a turn every so many steps. */
const stepsBetweenTurns = 25;

/**
 * Trains a network in place, on rows in an order drawn anew every epoch.
 * @param onProgress is told the share of the work that is done, from 0 to 1
 */
export async function train(
  network: Network,
  table: Table,
  { epochs, batchSize, rate, decay, vary = (same) => same }: TrainingPlan,
  random: Random,
  onProgress: (done: number) => void,
): Promise<void> {
  const move = adam(network, decay);
  const gradient = zeroGradient(network);
  const steps = epochs * Math.ceil(table.count / batchSize);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const seen = vary(table, random);
    const order = shuffledIndices(seen.count, random);
    for (let start = 0; start < order.length; start += batchSize) {
      const rows = order.subarray(start, start + batchSize);
      sumGradient(gradient, network, seen, rows);
      move(gradient, rows.length, rate * (1 - step / steps));
      step += 1;
      if (step % stepsBetweenTurns !== 0) continue;
      onProgress(step / steps);
      await setImmediate();
    }
  }
  onProgress(1);
}

/** The share of rows whose class a network tells rightly, from 0 to 1. */
export function accuracy(network: Network, table: Table): number {
  let right = 0;
  for (let index = 0; index < table.count; index++) {
    if (classOf(predict(network, rowOf(table, index))) === table.classes[index]) right += 1;
  }
  return right / table.count;
}

function sumGradient(sum: Gradient, network: Network, table: Table, rows: Int32Array): void {
  for (const { weights, biases } of sum) {
    weights.fill(0);
    biases.fill(0);
  }
  for (const row of rows) {
    addGradient(sum, network, rowOf(table, row), table.classes[row] as number);
  }
}
