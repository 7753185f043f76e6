import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SerinError, toSerinError } from '../domain/errors.js';
import type { Signature } from '../domain/signature.js';
import type { Tensor } from '../domain/tensor.js';
import { Batcher, type BatcherOptions } from './batcher.js';
import type { TensorModel } from './tensor-model.js';

const signature: Signature = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, -1] }],
};

afterEach(() => {
  vi.useRealTimers();
});

describe('rows together', () => {
  test('what arrives while the model is busy goes as one batch, in its order', async () => {
    const model = new FakeModel();
    const batcher = batch(model);
    const first = batcher.infer(request([1]));
    await model.isAsked(1);
    const others = [2, 3, 4].map((value) => batcher.infer(request([value])));
    model.answer();
    await model.isAsked(2);
    model.answerAll();
    expect(await values([first, ...others])).toEqual([[2], [4], [6], [8]]);
    expect(model.asked).toEqual([[1], [2, 3, 4]]);
  });

  test('what arrives in one turn of the event loop goes together, and waits for nothing else', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const model = new FakeModel();
    const batcher = batch(model);
    const answers = [1, 2].map((value) => batcher.infer(request([value])));
    await model.isAsked(1);
    expect(model.asked).toEqual([[1, 2]]);
    model.answerAll();
    await Promise.all(answers);
  });

  test('every request gets the answer to its own rows, whatever was put together', async () => {
    const requests = fc.array(
      fc.record({
        rows: fc.integer({ min: 0, max: 5 }),
        columns: fc.integer({ min: 1, max: 2 }),
        isLate: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(requests, fc.integer({ min: 1, max: 8 }), async (sizes, maxBatchSize) => {
        const model = new FakeModel();
        model.answerAll();
        const batcher = batch(model, { maxBatchSize });
        let next = 0;
        const asked: number[][] = [];
        const answers: Promise<readonly Tensor[]>[] = [];
        for (const { rows, columns, isLate } of sizes) {
          const own = Array.from({ length: rows * columns }, () => next++);
          asked.push(own);
          answers.push(batcher.infer(request(own, columns)));
          if (isLate) await turnOfTheEventLoop();
        }
        expect(await values(answers)).toEqual(asked.map((own) => own.map((value) => value * 2)));
        expect(batcher.stats()).toMatchObject({ queuedRequests: 0, batchesInFlight: 0 });
      }),
    );
  });

  test('an answer is a view of the answer to the batch, not a copy', async () => {
    const model = new FakeModel();
    model.answerAll();
    const batcher = batch(model);
    const answers = await Promise.all([1, 2].map((value) => batcher.infer(request([value]))));
    const [one, other] = answers.map(([output]) => (output?.data as Float32Array).buffer);
    expect(one).toBe(other);
  });

  test('byte strings are put together and taken apart as well', async () => {
    const echo: TensorModel = { infer: (inputs) => Promise.resolve(inputs) };
    const batcher = batch(echo);
    const texts = [['a'], ['b', 'c']];
    const answers = await Promise.all(
      texts.map((own) =>
        batcher.infer([
          {
            name: 'x',
            datatype: 'BYTES',
            shape: [own.length, 1],
            data: own.map((text) => Buffer.from(text)),
          },
        ]),
      ),
    );
    expect(answers.map(([output]) => (output?.data as Uint8Array[]).map(String))).toEqual(texts);
    expect(answers.map(([output]) => output?.shape)).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test('requests of different shapes do not wait for each other, and do not mix', async () => {
    const model = new FakeModel();
    model.answerAll();
    const batcher = batch(model);
    await Promise.all(
      [1, 2, 1, 2, 1].map((columns, i) =>
        batcher.infer(request(Array<number>(columns).fill(i), columns)),
      ),
    );
    expect(model.asked).toEqual([
      [0, 2, 4],
      [1, 1, 3, 3],
    ]);
  });

  test('a request larger than a batch goes alone', async () => {
    const model = new FakeModel();
    model.answerAll();
    const batcher = batch(model, { maxBatchSize: 2 });
    await Promise.all([[1], [2, 3, 4], [5]].map((rows) => batcher.infer(request(rows))));
    expect(model.asked).toEqual([
      [1, 5],
      [2, 3, 4],
    ]);
  });

  test('a delay, where one is set, ends when it is over', async () => {
    vi.useFakeTimers();
    const model = new FakeModel();
    const batcher = batch(model, { maxBatchDelayMs: 5 });
    const answers = [batcher.infer(request([1]))];
    await vi.advanceTimersByTimeAsync(4);
    answers.push(batcher.infer(request([2])));
    expect(model.asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(model.asked).toEqual([[1, 2]]);
    model.answerAll();
    await Promise.all(answers);
  });

  test('a delay ends when a batch is full', async () => {
    vi.useFakeTimers();
    const model = new FakeModel();
    model.answerAll();
    const batcher = batch(model, { maxBatchDelayMs: 1e6, maxBatchSize: 2 });
    const answers = [1, 2].map((value) => batcher.infer(request([value])));
    await vi.advanceTimersByTimeAsync(0);
    await Promise.all(answers);
    expect(model.asked).toEqual([[1, 2]]);
  });
});

describe('rows alone', () => {
  test.each<[string, Partial<BatcherOptions>]>([
    [
      'a model whose first dimension is fixed',
      { signature: { ...signature, inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1] }] } },
    ],
    [
      'a version that is not to be batched',
      { batching: { enabled: false, maxBatchSize: 64, maxBatchDelayMs: 5 } },
    ],
  ])('%s is asked for one request at a time', async (_, options) => {
    const model = new FakeModel();
    model.answerAll();
    const batcher = batch(model, {}, options);
    await Promise.all([1, 2, 3].map((value) => batcher.infer(request([value]))));
    expect(model.asked).toEqual([[1], [2], [3]]);
  });

  test('a model that does not answer row by row is not batched any more, and nobody notices', async () => {
    const model = new FakeModel();
    model.onAsk = (rows) => [rows.reduce((sum, value) => sum + value, 0)];
    model.answerAll();
    const batcher = batch(model);
    const answers = [1, 2, 3].map((value) => batcher.infer(request([value])));
    expect(await values(answers)).toEqual([[1], [2], [3]]);
    expect(batcher.stats().isBatching).toBe(false);
  });

  test('a model that answers a row otherwise in a batch is not batched any more', async () => {
    const model = new FakeModel();
    model.onAsk = (rows) => rows.map((value) => value - rows.reduce((a, b) => a + b) / rows.length);
    model.answerAll();
    const batcher = batch(model, {}, { batchesToVerify: 1 });
    const answers = [1, 2, 30].map((value) => batcher.infer(request([value])));
    expect(await values(answers)).toEqual([[0], [0], [0]]);
    expect(batcher.stats().isBatching).toBe(false);
  });

  test('equal rows prove nothing: the model is watched until rows differ', async () => {
    const model = new FakeModel();
    model.onAsk = (rows) => rows.map((value) => value - rows.reduce((a, b) => a + b) / rows.length);
    model.answerAll();
    const batcher = batch(model, {}, { batchesToVerify: 1 });
    await Promise.all([7, 7].map((value) => batcher.infer(request([value]))));
    expect(batcher.stats().isBatching).toBe(true);
    const answers = [7, 8].map((value) => batcher.infer(request([value])));
    expect(await values(answers)).toEqual([[0], [0]]);
  });

  test('rounding that depends on the size of the batch is no reason to give up batches', async () => {
    const model = new FakeModel();
    model.onAsk = (rows) => rows.map((value) => value * (1 + rows.length * 1e-7));
    model.answerAll();
    const batcher = batch(model, {}, { batchesToVerify: 2 });
    for (let i = 0; i < 5; i++) {
      await Promise.all([1, 2, 3].map((value) => batcher.infer(request([value]))));
    }
    expect(batcher.stats().isBatching).toBe(true);
    expect(model.asked.filter(({ length }) => length === 1)).toEqual([[2], [2]]);
  });
});

describe('what goes wrong', () => {
  test('a row that the model fails on costs nobody else an answer', async () => {
    const model = new FakeModel();
    model.onAsk = (rows) => {
      if (rows.some((value) => value < 0)) throw new SerinError('model-run-failed');
      return rows;
    };
    model.answerAll();
    const batcher = batch(model);
    const answers = [1, 2, -3, 4, 5, -6, 7].map((value) => batcher.infer(request([value])));
    const settled = await Promise.allSettled(answers);
    expect(settled.map(({ status }) => status)).toEqual(
      [1, 2, -3, 4, 5, -6, 7].map((value) => (value < 0 ? 'rejected' : 'fulfilled')),
    );
    expect(batcher.stats().isBatching).toBe(true);
  });

  test('a batch with which the process died is not tried again', async () => {
    const model = new FakeModel();
    model.onAsk = () => {
      throw new SerinError('upstream-failed');
    };
    model.answerAll();
    const batcher = batch(model);
    const answers = [1, 2].map((value) => batcher.infer(request([value])));
    for (const answer of answers) {
      await expect(answer).rejects.toMatchObject({ code: 'upstream-failed' });
    }
    expect(model.asked).toEqual([[1, 2]]);
  });

  test('more requests than may wait are refused, and those that wait are answered', async () => {
    const model = new FakeModel();
    const batcher = batch(model, { maxBatchSize: 1 }, { maxQueued: 2 });
    const answers = [batcher.infer(request([1]))];
    await model.isAsked(1);
    answers.push(batcher.infer(request([2])), batcher.infer(request([3])));
    await expect(batcher.infer(request([4]))).rejects.toMatchObject({ code: 'overloaded' });
    model.answerAll();
    expect(await values(answers)).toEqual([[2], [4], [6]]);
  });
});

describe('the time-out', () => {
  test('counts from the arrival of a request, not from when it was sent', async () => {
    vi.useFakeTimers();
    const model = new FakeModel();
    const batcher = batch(model, {}, { requestTimeoutMs: 2_000 });
    const codes: string[] = [];
    const ask = (): void => {
      batcher.infer(request([1])).catch((error: unknown) => codes.push(toSerinError(error).code));
    };
    ask();
    await vi.advanceTimersByTimeAsync(500);
    expect(model.asked).toHaveLength(1);
    ask();
    await vi.advanceTimersByTimeAsync(1_499);
    expect(codes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(codes).toEqual(['upstream-timeout']);
    await vi.advanceTimersByTimeAsync(500);
    expect(codes).toEqual(['upstream-timeout', 'upstream-timeout']);
  });

  test('takes a request out of the queue, so that the model is not asked for nobody', async () => {
    vi.useFakeTimers();
    const model = new FakeModel();
    const batcher = batch(model, {}, { requestTimeoutMs: 2_000 });
    const answers = [batcher.infer(request([1]))];
    await vi.advanceTimersByTimeAsync(500);
    answers.push(batcher.infer(request([2])));
    const settled = Promise.allSettled(answers);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(batcher.stats().queuedRequests).toBe(0);
    model.answerAll();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = batcher.infer(request([3]));
    await vi.advanceTimersByTimeAsync(0);
    expect(await values([later])).toEqual([[6]]);
    expect(model.asked).toEqual([[1], [3]]);
  });
});

test('sizes of batches and the length of the queue can be read', async () => {
  const model = new FakeModel();
  const batcher = batch(model);
  const answers = [batcher.infer(request([1]))];
  await model.isAsked(1);
  answers.push(...[2, 2, 2].map((value) => batcher.infer(request([value, value]))));
  expect(batcher.stats()).toMatchObject({ queuedRequests: 3, batchesInFlight: 1 });
  model.answerAll();
  await Promise.all(answers);
  const { batches, rows, sizes } = batcher.stats();
  expect({ batches, rows }).toEqual({ batches: 2, rows: 7 });
  expect(sizes.filter((size) => size.batches > 0)).toEqual([
    { upTo: 1, batches: 1 },
    { upTo: 8, batches: 1 },
  ]);
});

/** Doubles its rows, when it is told to. */
class FakeModel implements TensorModel {
  /** The elements of every batch that it was asked. */
  readonly asked: number[][] = [];
  onAsk: (elements: number[]) => number[] = (elements) => elements.map((value) => value * 2);
  readonly #held: (() => void)[] = [];
  #isHolding = true;

  infer(inputs: readonly Tensor[]): Promise<readonly Tensor[]> {
    const [x] = inputs;
    const elements = Array.from(x!.data as Float32Array);
    this.asked.push(elements);
    return new Promise((resolve, reject) => {
      const answer = (): void => {
        try {
          const data = Float32Array.from(this.onAsk(elements));
          const columns = x!.shape[1]!;
          resolve([{ name: 'y', datatype: 'FP32', shape: [data.length / columns, columns], data }]);
        } catch (error) {
          reject(toSerinError(error));
        }
      };
      if (this.#isHolding) this.#held.push(answer);
      else answer();
    });
  }

  /** Settles when so many batches have been asked. */
  isAsked(batches: number): Promise<void> {
    return vi.waitUntil(() => this.asked.length >= batches, { interval: 1 }).then(() => undefined);
  }

  answer(): void {
    this.#held.shift()?.();
  }

  answerAll(): void {
    this.#isHolding = false;
    for (const answer of this.#held.splice(0)) answer();
  }
}

function batch(
  model: TensorModel,
  batching: Partial<BatcherOptions['batching']> = {},
  options: Partial<BatcherOptions> = {},
): Batcher {
  return new Batcher(model, {
    signature,
    batching: { enabled: true, maxBatchSize: 64, maxBatchDelayMs: 0, ...batching },
    batchesToVerify: 0,
    ...options,
  });
}

function request(elements: readonly number[], columns = 1): Tensor[] {
  const data = Float32Array.from(elements);
  return [{ name: 'x', datatype: 'FP32', shape: [data.length / columns, columns], data }];
}

async function values(answers: readonly Promise<readonly Tensor[]>[]): Promise<number[][]> {
  const outputs = await Promise.all(answers);
  return outputs.map(([output]) => Array.from(output!.data as Float32Array));
}

function turnOfTheEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
