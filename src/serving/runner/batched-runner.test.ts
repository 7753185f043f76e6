import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { Tensor } from '../../domain/tensor.js';
import * as models from '../../../test/onnx/models.js';
import { Batcher } from '../batcher.js';
import { startRunner, type Runner } from './runner.js';

const folder = mkdtempSync(path.join(tmpdir(), 'serin-batched-test-'));
const started: Runner[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((runner) => runner.close()));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a hundred users at once get what each would get alone, in a few batches', async () => {
  const batcher = await start('logistic', models.logisticModel());
  const rows = Array.from({ length: 100 }, (_, i) => [i / 50 - 1, 1, 0.25, i % 3, -0.5]);
  const answers = await Promise.all(
    rows.map((row) => batcher.infer([tensor('x', [1, 5], Float32Array.from(row))])),
  );
  const weights = [0.5, -0.25, 1, 2, -1];
  answers.forEach(([output], i) => {
    const logit = 0.1 + weights.reduce((sum, w, j) => sum + w * (rows[i]?.[j] ?? NaN), 0);
    expect(output?.shape).toEqual([1, 1]);
    expect(output?.data[0]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5);
  });
  expect(batcher.stats()).toMatchObject({ isBatching: true, rows: 100, batches: 2 });
});

test('a row that the model cannot look up costs nobody else an answer', async () => {
  const batcher = await start('lookup', models.lookupModel());
  const answers = [0n, 1n, 99n, 3n].map((value) =>
    batcher.infer([{ name: 'x', datatype: 'INT64', shape: [1, 1], data: BigInt64Array.of(value) }]),
  );
  const settled = await Promise.allSettled(answers);
  expect(
    settled.map((one) => (one.status === 'fulfilled' ? one.value[0]?.data[0] : 'error')),
  ).toEqual([10, 11, 'error', 13]);
});

test.each([
  ['subtracts the mean of its batch', models.batchDependentModel(), [0, 0, 0]],
  ['adds up its batch to one row', models.batchSwallowingModel(), [1, 2, 30]],
])('a model that %s answers as if every user were alone', async (_, file, expected) => {
  const batcher = await start('mixing', file);
  const answers = await Promise.all(
    [1, 2, 30].map((value) => batcher.infer([tensor('x', [1, 1], Float32Array.of(value))])),
  );
  expect(answers.map(([output]) => output?.data[0])).toEqual(expected);
  expect(batcher.stats().isBatching).toBe(false);
});

test('a model for one row at a time is asked for one row at a time', async () => {
  const batcher = await start('fixed', models.fixedBatchModel());
  const answers = await Promise.all(
    [1, 2, 3].map((value) => batcher.infer([tensor('x', [1, 3], new Float32Array(3).fill(value))])),
  );
  expect(answers.map(([output]) => output?.data[0])).toEqual([2, 4, 6]);
});

async function start(name: string, model: Uint8Array): Promise<Batcher> {
  const file = path.join(folder, `${name}.onnx`);
  writeFileSync(file, model);
  const runner = await startRunner({ file, model: name, version: '1' });
  started.push(runner);
  return new Batcher(runner, {
    signature: runner.signature,
    batching: { enabled: true, maxBatchSize: 64, maxBatchDelayMs: 0 },
  });
}

function tensor(name: string, shape: number[], data: Float32Array): Tensor {
  return { name, datatype: 'FP32', shape, data };
}
