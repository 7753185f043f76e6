import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { SerinError } from '../../domain/errors.js';
import type { Tensor } from '../../domain/tensor.js';
import * as models from '../../../test/onnx/models.js';
import { Batcher } from '../batcher.js';
import { Supervisor, type SupervisorOptions } from './supervisor.js';

/** Real processes, killed for real. */

const folder = mkdtempSync(path.join(tmpdir(), 'serin-supervised-test-'));
const started: Supervisor[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((supervisor) => supervisor.close()));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('a process that is killed under load, five times, costs errors but no answer that is wrong', async () => {
  const supervisor = await start(models.identityModel('FP32', ['N', 1]));
  const batcher = new Batcher(supervisor, {
    signature: supervisor.signature!,
    batching: { enabled: true, maxBatchSize: 64, maxBatchDelayMs: 0 },
  });
  let isOver = false;
  let answers = 0;
  const errors: SerinError[] = [];
  const users = Array.from({ length: 32 }, async (_, user) => {
    for (let i = 0; !isOver; i++) {
      const asked = user * 1000 + (i % 1000);
      try {
        const [output] = await batcher.infer([row(asked)]);
        expect(output?.data).toEqual(Float32Array.of(asked));
        answers++;
      } catch (error) {
        errors.push(error as SerinError);
        await turnOfTheEventLoop();
      }
    }
  });
  for (let kills = 1; kills <= 5; kills++) {
    const before = answers;
    await vi.waitUntil(() => answers > before + 100, { timeout: 20_000, interval: 5 });
    process.kill(supervisor.status.pid!, 'SIGKILL');
    await untilState(supervisor, 'backing-off');
    await untilState(supervisor, 'ready');
    expect(supervisor.status).toMatchObject({
      restarts: kills,
      lastReason: 'it was ended by SIGKILL',
    });
  }
  isOver = true;
  await Promise.all(users);
  const codes = new Set(errors.map(({ code, retriable }) => `${code} ${retriable}`));
  expect([...codes].toSorted()).toEqual(['upstream-failed true', 'upstream-unavailable true']);
});

test('a model that spins does not hold its version for ever', async () => {
  const supervisor = await start(models.slowModel(), { requestTimeoutMs: 100, stuckAfterMs: 200 });
  const pid = supervisor.status.pid!;
  await expect(supervisor.infer([row(1e12)])).rejects.toMatchObject({ code: 'upstream-timeout' });
  await untilState(supervisor, 'backing-off');
  expect(supervisor.status.lastReason).toMatch(/worked on one request for more than 200 ms/);
  await untilState(supervisor, 'ready');
  expect(isAlive(pid)).toBe(false);
  await expect(supervisor.infer([row(1)])).resolves.toMatchObject([{ data: Float32Array.of(1) }]);
});

test('a process that takes too much memory is started anew', async () => {
  const supervisor = await start(models.hungryModel(), { memoryLimitBytes: 400 * 2 ** 20 });
  const data = BigInt64Array.of(3000n);
  const asked = supervisor.infer([{ name: 'x', datatype: 'INT64', shape: [1, 1], data }]);
  await expect(asked).rejects.toMatchObject({ code: 'upstream-failed' });
  await untilState(supervisor, 'backing-off');
  await untilState(supervisor, 'ready');
  expect(supervisor.status).toMatchObject({
    restarts: 1,
    lastReason: expect.stringMatching(/memory, its limit is 400 MiB/) as string,
  });
});

test('memory and CPU time of the process can be read, and are those of the process', async () => {
  const supervisor = await start(models.slowModel());
  const before = (await supervisor.usage())!;
  expect(before.pid).toBe(supervisor.status.pid);
  expect(before.residentBytes).toBeGreaterThan(20 * 2 ** 20);
  await vi.waitUntil(
    async () => {
      await supervisor.infer([row(10_000)]);
      return (await supervisor.usage())!.cpuSeconds > before.cpuSeconds;
    },
    { timeout: 20_000 },
  );
  await supervisor.close();
  expect(await supervisor.usage()).toBeUndefined();
});

test('closing while the model is being loaded leaves no process', async () => {
  const supervisor = supervise(models.hungryAtLoadModel(3000));
  const loading = supervisor.start();
  const closed = supervisor.close();
  await expect(loading).rejects.toMatchObject({ name: 'SerinError' });
  await closed;
  expect(supervisor.status.state).toBe('closed');
});

test('a process ends with its gateway, even when the gateway is killed while the model spins', async () => {
  const pids = path.join(folder, 'pids');
  const runner = new URL('../../../dist/src/serving/runner/runner.js', import.meta.url);
  const script = `
    import { writeFileSync } from 'node:fs';
    const { startRunner } = await import(${JSON.stringify(fileURLToPath(runner))});
    const runner = await startRunner({ file: ${JSON.stringify(write(models.slowModel()))}, model: 'm', version: '1' });
    void runner.infer([{ name: 'x', datatype: 'FP32', shape: [1, 1], data: Float32Array.of(1e12) }]);
    setImmediate(() => writeFileSync(${JSON.stringify(pids)}, String(runner.pid)));
  `;
  const gateway = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await vi.waitUntil(() => existsSync(pids), { timeout: 20_000 });
  const pid = Number(readFileSync(pids, 'utf8'));
  expect(isAlive(pid)).toBe(true);
  gateway.kill('SIGKILL');
  await vi.waitUntil(() => !isRunning(pid), { timeout: 20_000 });
});

let files = 0;

function write(file: Uint8Array): string {
  const name = path.join(folder, `${files++}.onnx`);
  writeFileSync(name, file);
  return name;
}

function supervise(file: Uint8Array, options: Partial<SupervisorOptions> = {}): Supervisor {
  const supervisor = new Supervisor({
    file: write(file),
    model: 'churn',
    version: '1',
    requestTimeoutMs: 10_000,
    ...options,
  });
  started.push(supervisor);
  return supervisor;
}

async function start(
  file: Uint8Array,
  options: Partial<SupervisorOptions> = {},
): Promise<Supervisor> {
  const supervisor = supervise(file, options);
  await supervisor.start();
  return supervisor;
}

function untilState(supervisor: Supervisor, state: string): Promise<unknown> {
  return vi.waitUntil(() => supervisor.status.state === state, { timeout: 20_000, interval: 1 });
}

function row(value: number): Tensor {
  return { name: 'x', datatype: 'FP32', shape: [1, 1], data: Float32Array.of(value) };
}

function turnOfTheEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Signal 0 asks whether a process is there; a zombie would be. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** As `isAlive`, of a process whose parent is gone: it may stay a zombie where nobody is left to ask. */
function isRunning(pid: number): boolean {
  return isAlive(pid) && !/^\d+ \(.*\) Z/s.test(readStat(pid));
}

function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
