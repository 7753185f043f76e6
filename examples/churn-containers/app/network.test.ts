import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createNetwork,
  inSinglePrecision,
  predict,
  type Network,
} from '../../training/network/network.js';
import { randomFrom } from '../../training/random.js';
import { wageNet } from '../../training/samples/wage-net.js';
import { networkToOnnx } from '../../training/write/network-to-onnx.js';
import { loadNetwork, type LoadedNetwork } from './network.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'serin-app-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const layers = [64, 32, 16].map((outputs) => ({ outputs, activation: 'elu' as const }));
const untrained = inSinglePrecision(
  createNetwork(2, [...layers, { outputs: 1, activation: 'sigmoid' }], randomFrom('app')),
);

test('a network predicts as it was written', async () => {
  const network = await loaded(untrained);
  expect(network.width).toBe(2);
  const [expected = Number.NaN] = predict(untrained, Float32Array.of(0.5, 0.25));
  expect(await network.predict([0.5, 0.25])).toBeCloseTo(expected, 5);
});

test('an answer that is no finite number is a failure', async () => {
  const weights = Float64Array.of(3e38, 3e38);
  const biases = new Float64Array(1);
  const huge = [{ inputs: 2, outputs: 1, activation: 'relu', weights, biases }] as const;
  const network = await loaded(huge);
  await expect(network.predict([10, 10])).rejects.toThrow(/Infinity, which is no finite number/);
});

function loaded(network: Network): Promise<LoadedNetwork> {
  writeFileSync(path.join(folder, 'model.onnx'), networkToOnnx(network, wageNet, 'for a test'));
  return loadNetwork(folder);
}
