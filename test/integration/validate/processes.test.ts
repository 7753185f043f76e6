import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { findingsOf } from '../../../src/gates/report/report.js';
import { locateModel } from '../../../src/gates/validate/locate-model.js';
import type { StartModelProcess } from '../../../src/gates/validate/model-process.js';
import { validateModel } from '../../../src/gates/validate/validate-model.js';
import { startModelProcess } from '../../../src/serving/start-model-process.js';
import { folderWith } from '../../models/repository-on-disk.js';
import { onnxModel } from '../../onnx/build.js';
import * as models from '../../onnx/models.js';
import {
  codesOf,
  errorsOf,
  patience,
  smallGraph,
  stable,
  unitGraph,
  validate,
  validateModelFile,
} from './validating.js';

// What a model does to the process that holds it: crashes, time, memory.

vi.setConfig(patience);

test('a model that crashes the process while it is loaded costs this process nothing', async () => {
  expect(errorsOf(await validateModelFile(models.crashingAtLoadModel()))).toMatchObject([
    { code: 'load-crashed', found: expect.stringContaining('SIGFPE') as string },
  ]);
});

test('a model that hangs is ended, and that is said', async () => {
  const yaml = 'golden:\n  - { inputs: { x: [1.0e+12] }, outputs: { y: [1.0e+12] } }\n';
  const files = { 'model.onnx': models.slowModel(), 'model.yaml': yaml };
  const found = errorsOf(await validate(files, { requestMs: 500 }));
  expect(found.map(({ code }) => code)).toContain('run-timeout');
});

test('a model that needs more memory than allowed is ended, and that is said', async () => {
  const asked = { memoryBytes: 300 * 2 ** 20 };
  expect(errorsOf(await validateModelFile(models.hungryAtLoadModel(2_000), asked))).toMatchObject([
    { code: 'memory-over-limit', found: expect.stringContaining('its limit is 300 MiB') as string },
  ]);
});

test('a peak of memory that comes and goes between two looks is caught, too', async () => {
  const asked = { expectations: { maxMemoryBytes: 200 * 2 ** 20 } };
  const found = errorsOf(await validateModelFile(models.hungryAtLoadModel(300), asked));
  expect(found[0]).toMatchObject({ code: 'memory-over-limit' });
});

test('how much memory the candidate may take ends no stable that takes more', async () => {
  const report = await validateModelFile(onnxModel(unitGraph), {
    stable: models.hungryAtLoadModel(300),
    expectations: { maxMemoryBytes: 200 * 2 ** 20 },
  });
  expect(codesOf(report)).not.toContain('stable-invalid');
  expect(report.checks.find(({ name }) => name === 'load')?.detail).toMatch(
    /and stable beside it$/,
  );
});

test('a model that needs much more memory than stable is noticed', async () => {
  const report = await validateModelFile(models.hungryAtLoadModel(400), {
    stable: onnxModel(unitGraph),
  });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'memory-grown',
      expected: expect.stringMatching(/^at most 2 times stable's [\d.]+ MiB$/) as string,
    }),
  );
});

/** Real processes, but for how long they say that it took until they were ready. */
function readyAfter(candidateMs: number, stableMs: number): StartModelProcess {
  return async (file, ...others) => {
    const started = await startModelProcess(file, ...others);
    if (!('process' in started)) return started;
    const { process } = started;
    return {
      process: {
        signature: process.signature,
        ended: process.ended,
        readyAfterMs: path.dirname(file).endsWith('stable') ? stableMs : candidateMs,
        infer: (inputs) => process.infer(inputs),
        peakMemoryBytes: () => process.peakMemoryBytes(),
        close: () => process.close(),
      },
    };
  };
}

test('a model that takes much longer than stable to be ready is noticed', async () => {
  const report = await validateModelFile(stable, { stable, start: readyAfter(9_000, 2_000) });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'load-slower',
      expected: "at most 3 times stable's 2.00 s",
      found: '9.00 s',
    }),
  );
});

test('limits of what a model may take are checked', async () => {
  const report = await validateModelFile(stable, {
    profile: 'standard',
    expectations: { maxLatencyMs: 0.001, maxLoadMs: 1 },
  });
  expect(new Set(errorsOf(report).map(({ code }) => code))).toEqual(
    new Set(['latency-over-limit', 'load-over-limit']),
  );
});

test('a crash on one input hides nothing of what else there is to find', async () => {
  const yaml = `golden:
  - { inputs: { x: ['-9223372036854775808'], y: [-1] }, outputs: { z: [0] } }
  - { inputs: { x: [6], y: [3] }, outputs: { z: [5] } }
`;
  const files = { 'model.onnx': models.crashingModel(), 'model.yaml': yaml };
  const found = errorsOf(await validate(files));
  expect(found).toContainEqual(
    expect.objectContaining({
      code: 'run-crashed',
      title: 'the process died on golden row 1 of model.yaml',
    }),
  );
  expect(found).toContainEqual(
    expect.objectContaining({ code: 'golden-mismatch', expected: 'z[0, 0] = 5', found: '2' }),
  );
});

test('a comparison with what cannot be read or loaded says that it is stable that is wrong', async () => {
  const unreadable = await validateModelFile(stable, { stable: stable.slice(0, 50) });
  expect(errorsOf(unreadable)).toMatchObject([{ code: 'stable-invalid' }]);
  const broken = onnxModel(
    smallGraph({ nodes: [{ op: 'Nonsense', inputs: ['x', 'w'], outputs: ['y'] }] }),
  );
  const report = await validateModelFile(stable, { stable: broken });
  expect(errorsOf(report)).toMatchObject([
    { code: 'stable-invalid', title: 'stable cannot be loaded' },
  ]);
  expect(report.checks.find(({ name }) => name === 'load')?.detail).toMatch(/could not be loaded$/);
});

test('what somebody accepted is said, and fails nothing', async () => {
  const accept = { 'batch-dependent': 'it ranks the rows of one request' };
  const report = await validateModelFile(models.batchDependentModel(), {
    expectations: { accept },
  });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'batch-dependent',
      severity: 'info',
      accepted: accept['batch-dependent'],
    }),
  );
});

test('a validation that is given up leaves no process behind', async () => {
  const folder = await folderWith({});
  const file = path.join(folder, 'model.onnx');
  await writeFile(file, models.slowModel());
  await writeFile(
    path.join(folder, 'model.yaml'),
    'golden:\n  - { inputs: { x: [1.0e+12] }, outputs: { y: [1] } }\n',
  );
  const given = new AbortController();
  const reason = new Error('given up');
  const closed: Promise<unknown>[] = [];
  const validation = validateModel({
    candidate: await locateModel(file),
    profile: 'quick',
    start: async (...args) => {
      const started = await startModelProcess(...args);
      if ('process' in started) closed.push(started.process.ended);
      return started;
    },
    onProgress: ({ check }) => {
      if (check === 'golden') setImmediate(() => given.abort(reason));
    },
    signal: given.signal,
  });
  await expect(validation).rejects.toBe(reason);
  await Promise.all(closed);
});
