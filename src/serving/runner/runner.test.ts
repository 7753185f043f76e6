import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import type { SerinError } from '../../domain/errors.js';
import { datatypes, elementCount, type Datatype, type Tensor } from '../../domain/tensor.js';
import * as models from '../../../test/onnx/models.js';
import { viewElements } from '../tensor-data.js';
import { startRunner, type Runner, type RunnerOptions } from './runner.js';

const folder = mkdtempSync(path.join(tmpdir(), 'serin-runner-test-'));
const started: Runner[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(started.splice(0).map((runner) => runner.close()));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('what a model is asked and answers', () => {
  test.each(datatypes.filter((datatype) => datatype !== 'BF16'))(
    '%s elements arrive at the model and come back without loss',
    async (datatype) => {
      const runner = await start(models.identityModel(datatype));
      expect(runner.signature.inputs).toEqual([{ name: 'x', datatype, shape: [-1, 3] }]);
      const sent = extremes(datatype);
      const [answer] = await runner.infer([sent]);
      expect(answer).toEqual({ ...sent, name: 'y' });
    },
  );

  test('tensors larger than a socket takes at once arrive whole', async () => {
    const runner = await start(models.identityModel('FP32'));
    const data = Float32Array.from({ length: 3_000_000 }, (_, i) => i);
    const [answer] = await runner.infer([tensor('x', 'FP32', [1_000_000, 3], data)]);
    expect(Buffer.compare(bytes(answer!), bytes(tensor('x', 'FP32', [], data)))).toBe(0);
  });

  test('inputs and outputs are joined by name, in any order', async () => {
    const runner = await start(models.namedModel());
    const outputs = await runner.infer([
      tensor('n', 'INT64', [1, 1], BigInt64Array.of(2n ** 62n)),
      tensor('b', 'FP32', [1, 2], Float32Array.of(1, 2)),
      tensor('a', 'FP32', [1, 2], Float32Array.of(10, 20)),
    ]);
    expect(outputs).toEqual([
      tensor('sum', 'FP32', [1, 2], Float32Array.of(11, 22)),
      tensor('next', 'INT64', [1, 1], BigInt64Array.of(2n ** 62n + 1n)),
    ]);
  });

  test('an infinity in an output is handed on as it is', async () => {
    const runner = await start(models.logModel());
    const [answer] = await runner.infer([tensor('x', 'FP32', [2, 1], Float32Array.of(0, -1))]);
    expect(answer?.data).toEqual(Float32Array.of(-Infinity, NaN));
  });

  test('an output that is no tensor is left out, and the others are answered', async () => {
    const runner = await start(models.sequenceOutputModel());
    expect(runner.signature.outputs.map(({ name }) => name)).toEqual(['y']);
    const [answer] = await runner.infer([row('x', 'FP32', 4)]);
    expect(answer?.data).toEqual(Float32Array.of(4));
  });

  test('requests that are sent together are each answered with their own rows', async () => {
    const runner = await start(models.identityModel('INT32'));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => runner.infer([row('x', 'INT32', i)])),
    );
    expect(answers.map(([answer]) => answer?.data[0])).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  test.each([
    ['of another name', tensor('z', 'FP32', [1, 5], new Float32Array(5))],
    ['of another datatype', tensor('x', 'FP64', [1, 5], new Float64Array(5))],
    ['of another length', tensor('x', 'FP32', [1, 4], new Float32Array(4))],
    ['of another rank', tensor('x', 'FP32', [5], new Float32Array(5))],
    ['with a name for which a frame has no room', row('x'.repeat(70_000), 'FP32', 1)],
  ])('an input %s is refused, and the next one is answered', async (_, wrong) => {
    const runner = await start(models.logisticModel());
    await expect(runner.infer([wrong])).rejects.toMatchObject({ code: 'invalid-input' });
    const [answer] = await runner.infer([tensor('x', 'FP32', [1, 5], new Float32Array(5))]);
    expect(answer?.data[0]).toBeCloseTo(1 / (1 + Math.exp(-0.1)), 6);
  });

  test.each([
    ['that is not UTF-8', Buffer.of(0xff)],
    ['with a zero byte, at which ONNX Runtime would cut it', Buffer.from('a\u0000b')],
  ])('text %s is refused instead of changed', async (_, text) => {
    const runner = await start(models.identityModel('BYTES'));
    const sent = tensor('x', 'BYTES', [1, 3], [Buffer.from('a'), text, Buffer.from('')]);
    await expect(runner.infer([sent])).rejects.toMatchObject({ code: 'invalid-input' });
  });

  test('a model that fails on one input says why, and answers the next', async () => {
    const runner = await start(models.lookupModel());
    await expect(runner.infer([integer('x', 99n)])).rejects.toMatchObject({
      code: 'model-run-failed',
      message: expect.stringContaining('out of data bounds') as string,
    });
    const [answer] = await runner.infer([integer('x', 2n)]);
    expect(answer?.data).toEqual(Float32Array.of(12));
  });
});

test('a model that refuses made-up rows is served all the same, and the log says so', async () => {
  const lines: string[] = [];
  const runner = await start(models.lookupModel([10]), { onLog: (line) => lines.push(line) });
  await expect(runner.infer([integer('x', 0n)])).resolves.toMatchObject([
    { data: Float32Array.of(10) },
  ]);
  await vi.waitFor(() => {
    expect(lines).toContainEqual(expect.stringMatching(/made-up rows .* out of data bounds/));
  });
});

describe('files that cannot be served', () => {
  test.each([
    ['a file that is no ONNX', Buffer.from('hello'), /protobuf/i],
    ['an empty file', Buffer.alloc(0), /model/i],
    ['an operator that nobody knows', models.unknownOperatorModel(), /Frobnicate/],
    ['external data that is missing', models.externalDataModel(), /weights\.bin/],
    ['a datatype that the runtime does not take', models.identityModel('BF16'), /data type/],
    ['no output that is a tensor', models.sequenceOutputModel(['z']), /no output is a tensor/],
  ])('%s is said in words', async (_, file, words) => {
    const error = await failure(file);
    expect(error).toMatchObject({ code: 'model-load-failed', status: 422 });
    expect(error.message).toMatch(words);
    expect(error.message).not.toMatch(/\n|\.js:/);
  });

  test('a file that is not there is an error', async () => {
    const options = { file: path.join(folder, 'none.onnx'), model: 'm', version: '1' };
    await expect(startRunner(options)).rejects.toMatchObject({ code: 'model-load-failed' });
  });

  // Other processors divide without a signal.
  test.runIf(process.arch === 'x64')('a model that kills its process is an error', async () => {
    const error = await failure(models.crashingAtLoadModel());
    expect(error).toMatchObject({ code: 'model-load-failed' });
    expect(error.message).toContain('SIGFPE');
  });

  test('a model that needs more memory than allowed merely to load is stopped', async () => {
    const memoryLimitBytes = 400 * 2 ** 20;
    const error = await failure(models.hungryAtLoadModel(3000), { memoryLimitBytes });
    expect(error).toMatchObject({ code: 'model-load-failed' });
    expect(error.message).toMatch(/of memory, its limit is 400 MiB/);
  });

  test('a model that is not loaded in time is given up', async () => {
    const error = await failure(models.logisticModel(), { startDeadlineMs: 1 });
    expect(error).toMatchObject({ code: 'model-load-failed' });
    expect(error.message).toContain('not ready after 1 ms');
  });

  test('a program that speaks something else is ended', async () => {
    const entry = path.join(folder, 'garbage.mjs');
    writeFileSync(
      entry,
      `import fs from 'node:fs'; fs.writeSync(3, 'HTTP/1.1 200 OK, and more of this'); setInterval(() => {}, 1000);`,
    );
    const error = await failure(models.logisticModel(), { entry: new URL(`file://${entry}`) });
    expect(error.message).toContain('something else than a frame');
  });

  test('what a process writes is logged line by line, without colours', async () => {
    const entry = path.join(folder, 'talkative.mjs');
    writeFileSync(entry, `console.error('\\u001b[31mno\\u001b[m more\\nend');`);
    const lines: string[] = [];
    await failure(models.logisticModel(), {
      entry: new URL(`file://${entry}`),
      onLog: (line) => lines.push(line),
    });
    expect(lines).toEqual(['no more', 'end']);
  });
});

describe('processes that die', () => {
  test('requests in flight fail at once when the process is killed', async () => {
    const runner = await start(models.slowModel());
    const answers = Array.from({ length: 5 }, () => runner.infer([spinning]));
    process.kill(runner.pid, 'SIGKILL');
    for (const answer of answers) {
      await expect(answer).rejects.toMatchObject({ code: 'upstream-failed', retriable: true });
    }
    await expect(runner.exited).resolves.toMatchObject({ reason: 'signal' });
    await expect(runner.infer([spinning])).rejects.toMatchObject({ code: 'upstream-unavailable' });
  });

  test.runIf(process.arch === 'x64')('a row that crashes the process is an error', async () => {
    const runner = await start(models.crashingModel());
    const answer = runner.infer([integer('x', -(2n ** 63n)), integer('y', -1n)]);
    await expect(answer).rejects.toMatchObject({ code: 'upstream-failed' });
    await expect(runner.exited).resolves.toMatchObject({ detail: 'it was ended by SIGFPE' });
  });

  test('a model that spins is given up, and then killed', async () => {
    const runner = await start(models.slowModel(), { requestTimeoutMs: 50, stuckAfterMs: 300 });
    await expect(runner.infer([spinning])).rejects.toMatchObject({ code: 'upstream-timeout' });
    expect(isAlive(runner.pid)).toBe(true);
    await expect(runner.exited).resolves.toMatchObject({ reason: 'stuck' });
  });

  test('a slow answer that comes after all is nobody’s, and the next request gets its own', async () => {
    const runner = await start(models.slowModel(), { requestTimeoutMs: 20, stuckAfterMs: 20_000 });
    await expect(runner.infer([row('x', 'FP32', 20_000)])).rejects.toMatchObject({
      code: 'upstream-timeout',
    });
    const [answer] = await untilAnswered(() => runner.infer([row('x', 'FP32', 3)]));
    expect(answer?.data).toEqual(Float32Array.of(3));
  });

  test('a process that takes more memory than allowed is killed', async () => {
    const runner = await start(models.hungryModel(), { memoryLimitBytes: 400 * 2 ** 20 });
    await expect(runner.infer([integer('x', 3000n)])).rejects.toMatchObject({
      code: 'upstream-failed',
    });
    await expect(runner.exited).resolves.toMatchObject({
      reason: 'memory',
      detail: expect.stringContaining('its limit is 400 MiB') as string,
    });
  });

  test('a process that is made to leak is ended at its limit', async () => {
    const runner = await start(models.logisticModel(), { memoryLimitBytes: 400 * 2 ** 20 });
    runner.leak(1024);
    await expect(runner.exited).resolves.toMatchObject({ reason: 'memory' });
  });

  test('more requests than allowed in flight are refused', async () => {
    const runner = await start(models.slowModel(), { maxInFlight: 2 });
    const answers = [1, 2].map(() => runner.infer([spinning]));
    await expect(runner.infer([spinning])).rejects.toMatchObject({ code: 'overloaded' });
    runner.kill();
    await Promise.allSettled(answers);
  });
});

describe('the end', () => {
  test('closing waits for what is under way, and leaves neither process nor file', async () => {
    const temporary = mkdtempSync(path.join(folder, 'tmp-'));
    vi.stubEnv('TMPDIR', temporary);
    const runner = await start(models.slowModel());
    const answer = runner.infer([row('x', 'FP32', 5000)]);
    const closed = runner.close();
    await expect(runner.infer([spinning])).rejects.toMatchObject({ code: 'upstream-unavailable' });
    await expect(answer).resolves.toHaveLength(1);
    await closed;
    await expect(runner.exited).resolves.toMatchObject({ reason: 'closed' });
    expect(isAlive(runner.pid)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('closing twice, or after a crash, is no error', async () => {
    const runner = await start(models.logisticModel());
    runner.kill();
    await runner.exited;
    await Promise.all([runner.close(), runner.close()]);
  });

  test.runIf(process.platform === 'linux')('the process says what it serves', async () => {
    const runner = await start(models.logisticModel());
    const title = readFileSync(`/proc/${runner.pid}/cmdline`, 'utf8');
    expect(title).toMatch(/^serin-runner churn\/7/);
  });

  test.runIf(process.platform === 'linux')('the process inherits no secret', async () => {
    vi.stubEnv('SERIN_ADMIN_TOKEN', 'secret');
    const runner = await start(models.logisticModel());
    expect(readFileSync(`/proc/${runner.pid}/environ`, 'utf8')).not.toContain('secret');
  });
});

const spinning = row('x', 'FP32', 1e12);
let files = 0;

function write(file: Uint8Array): string {
  const name = path.join(folder, `${files++}.onnx`);
  writeFileSync(name, file);
  return name;
}

async function start(file: Uint8Array, options: Partial<RunnerOptions> = {}): Promise<Runner> {
  const runner = await startRunner({
    file: write(file),
    model: 'churn',
    version: '7',
    requestTimeoutMs: 10_000,
    ...options,
  });
  started.push(runner);
  return runner;
}

async function failure(
  file: Uint8Array,
  options: Partial<RunnerOptions> = {},
): Promise<SerinError> {
  return start(file, options).then(
    () => expect.unreachable(),
    (error: unknown) => error as SerinError,
  );
}

async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      expect(error).toMatchObject({ code: 'upstream-timeout' });
    }
  }
}

/** Signal 0 asks whether a process is there; a zombie would be. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function tensor<D extends Datatype>(
  name: string,
  datatype: D,
  shape: number[],
  data: Tensor<D>['data'],
): Tensor {
  return { name, datatype, shape, data };
}

/** One row of what the identity models (three columns) and the slow model (one) take. */
function row(name: string, datatype: 'FP32' | 'INT32', value: number): Tensor {
  return datatype === 'FP32'
    ? tensor(name, datatype, [1, 1], Float32Array.of(value))
    : tensor(name, datatype, [1, 3], Int32Array.of(value, value, value));
}

function integer(name: string, value: bigint): Tensor {
  return tensor(name, 'INT64', [1, 1], BigInt64Array.of(value));
}

/** Two rows whose bytes are all ones, all zeros, and everything between. */
function extremes(datatype: Datatype): Tensor {
  const shape = [2, 3];
  if (datatype === 'BYTES') {
    const texts = ['', 'é', '\u0001', '\n', '🐤', 'x'.repeat(10_000)];
    return tensor(
      'x',
      datatype,
      shape,
      texts.map((text) => Buffer.from(text)),
    );
  }
  if (datatype === 'BOOL') return tensor('x', datatype, shape, Uint8Array.of(1, 0, 1, 0, 0, 1));
  const raw = Uint8Array.from({ length: 6 * 8 }, (_, i) => [0xff, 0x00, 0x7f, 0x80, 0x01][i % 5]!);
  const data = viewElements(datatype, raw.buffer, 0, elementCount(shape));
  return { name: 'x', datatype, shape, data };
}

function bytes({ data }: Tensor): Buffer {
  const { buffer, byteOffset, byteLength } = data as Float32Array;
  return Buffer.from(buffer, byteOffset, byteLength);
}
