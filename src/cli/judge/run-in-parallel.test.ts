import { expect, test } from 'vitest';
import { runInParallel } from './run-in-parallel.js';

const workerThat = (code: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; parentPort.on('message', (task) => { ${code} });`)}`,
  );

test('results come in the order of the tasks', async () => {
  const worker = workerThat('parentPort.postMessage(task * 2);');
  expect(await runInParallel([1, 2, 3], { worker, shared: null, workers: 2 })).toEqual([2, 4, 6]);
});

test('a worker that ends without an error fails the run instead of holding it up', async () => {
  const worker = workerThat('process.exit(3);');
  await expect(runInParallel([1, 2], { worker, shared: null, workers: 1 })).rejects.toThrow();
});
