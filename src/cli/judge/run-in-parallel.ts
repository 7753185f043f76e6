import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { toSerinError } from '../../domain/errors.js';

export interface ParallelOptions {
  /** Compiled script of the worker: takes a task by message, answers with its result. */
  readonly worker: URL;
  /** What every worker gets as `workerData`. */
  readonly shared: unknown;
  readonly workers?: number;
  /** Called after every task. */
  readonly onDone?: (done: number, of: number) => void;
}

/**
 * Runs tasks on all cores, and gives their results in the order of the tasks.
 * @throws whatever a worker threw, or that one ended before its tasks were done
 */
export async function runInParallel<Result>(
  tasks: readonly unknown[],
  { worker, shared, workers = availableParallelism(), onDone }: ParallelOptions,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let done = 0;
  const runOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(worker, { workerData: shared });
      let current = -1;
      let isDone = false;
      const sendNext = (): void => {
        current = next;
        next += 1;
        if (current < tasks.length) {
          thread.postMessage(tasks[current]);
          return;
        }
        isDone = true;
        thread.terminate().then(() => resolve(), reject);
      };
      thread.on('message', (result: Result) => {
        results[current] = result;
        done += 1;
        onDone?.(done, tasks.length);
        sendNext();
      });
      thread.on('error', (thrown) => reject(toSerinError(thrown)));
      // A worker that ends by itself throws nothing, and its task would be waited for for ever.
      thread.on('exit', (code) => {
        if (!isDone) reject(toSerinError(new Error(`a worker ended with exit code ${code}`)));
      });
      sendNext();
    });
  await Promise.all(Array.from({ length: Math.min(workers, tasks.length) }, runOne));
  return results;
}
