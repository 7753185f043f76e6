import { setImmediate } from 'node:timers/promises';
import { rowOf, type Table } from '../data/table.js';
import { shuffledIndices, type Random } from '../random.js';
import { adam } from './adam.js';
import { addGradient, zeroGradient, type Gradient } from './gradient.js';
import { classOf, predict, type Network } from './network.js';

export interface TrainingPlan {
  readonly epochs: number;
  readonly batchSize: number;
  /** Adam's rate. */
  readonly rate: number;
  /** Weight decay, in units of the rate. */
  readonly decay: number;
}

/**
 * Trains a network in place, on rows in an order drawn anew every epoch.
 * @param onProgress is told the share of the work that is done, from 0 to 1
 */
export async function train(
  network: Network,
  table: Table,
  plan: TrainingPlan,
  random: Random,
  onProgress: (done: number) => void,
): Promise<void> {
  const step = adam(network, plan.rate, plan.decay);
  const gradient = zeroGradient(network);
  for (let epoch = 1; epoch <= plan.epochs; epoch++) {
    const order = shuffledIndices(table.count, random);
    for (let start = 0; start < order.length; start += plan.batchSize) {
      meanGradient(gradient, network, table, order.subarray(start, start + plan.batchSize));
      step(gradient);
    }
    onProgress(epoch / plan.epochs);
    // Whoever waits (a progress line, Ctrl-C) gets a turn.
    await setImmediate();
  }
}

/** The share of rows whose class a network tells rightly, from 0 to 1. */
export function accuracy(network: Network, table: Table): number {
  let right = 0;
  for (let index = 0; index < table.count; index++) {
    if (classOf(predict(network, rowOf(table, index))) === table.classes[index]) right += 1;
  }
  return right / table.count;
}

function meanGradient(gradient: Gradient, network: Network, table: Table, rows: Int32Array): void {
  const parts = gradient.flatMap(({ weights, biases }) => [weights, biases]);
  for (const part of parts) part.fill(0);
  for (const row of rows)
    addGradient(gradient, network, rowOf(table, row), table.classes[row] as number);
  for (const part of parts) part.forEach((sum, index) => (part[index] = sum / rows.length));
}
