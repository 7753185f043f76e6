import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Tensor } from '../src/domain/tensor.js';
import { Batcher } from '../src/serving/batcher.js';
import { readProcessUsage } from '../src/serving/runner/process-usage.js';
import { startRunner } from '../src/serving/runner/runner.js';
import { logisticModel } from '../test/onnx/models.js';

/**
 * How many single rows a second go through batcher and runner, on a logistic regression, and what
 * they cost: `npx tsc -p tsconfig.bench.json && node dist/bench/runner.js [callers] [seconds]`
 */
const callers = Number(process.argv[2] ?? 32);
const seconds = Number(process.argv[3] ?? 2);
const rounds = 5;

const folder = mkdtempSync(path.join(tmpdir(), 'serin-bench-'));
const file = path.join(folder, 'model.onnx');
writeFileSync(file, logisticModel());
const runner = await startRunner({ file, model: 'logistic', version: '1' });

const batcher = new Batcher(runner, {
  signature: runner.signature,
  batching: { enabled: true, maxBatchSize: 64, maxBatchDelayMs: 0 },
});
await callFor(1000);
const measured = [];
for (let i = 0; i < rounds; i++) measured.push(await measure());
const median = measured.toSorted((a, b) => a.perSecond - b.perSecond)[rounds >> 1];
console.log({ callers, ...median });

await runner.close();
rmSync(folder, { recursive: true });

async function measure(): Promise<Record<string, number> & { perSecond: number }> {
  const before = batcher.stats();
  const parentBefore = process.cpuUsage();
  const childBefore = await readProcessUsage(runner.pid);
  const startedAtMs = performance.now();
  const predictions = await callFor(seconds * 1000);
  const elapsedSeconds = (performance.now() - startedAtMs) / 1000;
  const parent = process.cpuUsage(parentBefore);
  const child = await readProcessUsage(runner.pid);
  const after = batcher.stats();
  const per100k = 100_000 / predictions;
  const childSeconds = (child?.cpuSeconds ?? NaN) - (childBefore?.cpuSeconds ?? NaN);
  return {
    perSecond: Math.round(predictions / elapsedSeconds),
    rowsPerBatch: round((after.rows - before.rows) / (after.batches - before.batches)),
    gatewayCpuSecondsPer100k: round(((parent.user + parent.system) / 1e6) * per100k),
    runnerCpuSecondsPer100k: round(childSeconds * per100k),
    runnerMebibytes: Math.round((child?.residentBytes ?? NaN) / 2 ** 20),
  };
}

/** Each caller asks for the next row when it has its answer. */
async function callFor(ms: number): Promise<number> {
  const untilMs = performance.now() + ms;
  let predictions = 0;
  const call = async (seed: number): Promise<void> => {
    while (performance.now() < untilMs) {
      const data = Float32Array.of(seed, predictions % 7, 0.5, -1, 2);
      const x: Tensor = { name: 'x', datatype: 'FP32', shape: [1, 5], data };
      await batcher.infer([x]);
      predictions++;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, seed) => call(seed)));
  return predictions;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
