import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Expectations } from '../../src/gates/validate/expectations.js';
import { locateModel } from '../../src/gates/validate/locate-model.js';
import type { Profile } from '../../src/gates/validate/profile.js';
import { validateModel } from '../../src/gates/validate/validate-model.js';
import { findingsOf, type Finding, type Report } from '../../src/gates/report/report.js';
import { startModelProcess } from '../../src/serving/start-model-process.js';
import { buildModel } from '../../src/models/onnx/build.js';
import { folderWith } from '../models/repository-on-disk.js';
import { floats, integers, onnxModel, type OnnxGraph } from '../onnx/build.js';
import * as models from '../onnx/models.js';

// Every validation starts a process or two, and a machine that is busy starts them slowly.
vi.setConfig({ testTimeout: 120_000 });

type Files = Readonly<Record<string, string | Uint8Array>>;

interface Asked {
  readonly stable?: Uint8Array;
  readonly expectations?: Partial<Expectations>;
  readonly profile?: Profile;
  readonly requestMs?: number;
  readonly memoryBytes?: number;
}

/** Validates what is in `candidate/`; a stable version is put beside it. */
async function validate(files: Files, asked: Asked = {}): Promise<Report> {
  const folder = await folderWith({
    ...Object.fromEntries(
      Object.entries(files).map(([name, content]) => [`candidate/${name}`, content]),
    ),
    ...(asked.stable === undefined ? {} : { 'stable/model.onnx': asked.stable }),
  });
  return validateModel({
    candidate: await locateModel(path.join(folder, 'candidate')),
    ...(asked.stable === undefined
      ? {}
      : { against: await locateModel(path.join(folder, 'stable')) }),
    expectations: asked.expectations,
    profile: asked.profile ?? 'quick',
    start: startModelProcess,
    limits: {
      requestMs: asked.requestMs ?? 30_000,
      ...(asked.memoryBytes === undefined ? {} : { memoryBytes: asked.memoryBytes }),
    },
  });
}

function validateModelFile(model: Uint8Array, asked: Asked = {}): Promise<Report> {
  return validate({ 'model.onnx': model }, asked);
}

function errorsOf(report: Report): readonly Finding[] {
  return findingsOf(report).filter(({ severity }) => severity === 'error');
}

function codesOf(report: Report): readonly string[] {
  return findingsOf(report).map(({ code }) => code);
}

/** Two features, one answer; what a test is about is changed. */
function smallGraph(changes: Partial<OnnxGraph> = {}): OnnxGraph {
  return {
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    constants: [floats('w', [2, 1], [1, -0.5])],
    ...changes,
  };
}

const stable = onnxModel(smallGraph());

/** Takes what `hungryAtLoadModel` takes, and gives what it gives. */
const unitGraph: OnnxGraph = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
  nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
};

/** Three classes, answered in an order. */
function classifier(order: readonly number[] = [0, 1, 2]): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
    outputs: [{ name: 'shares', datatype: 'FP32', shape: ['N', 3] }],
    nodes: [
      { op: 'MatMul', inputs: ['x', 'w'], outputs: ['scores'] },
      { op: 'Softmax', inputs: ['scores'], outputs: ['in order'] },
      {
        op: 'Gather',
        inputs: ['in order', 'order'],
        outputs: ['shares'],
        attributes: { axis: 1 },
      },
    ],
    constants: [floats('w', [2, 3], [1, 0, -1, 0, 1, -1]), integers('order', [3], order)],
  });
}

test('a good model passes, also against itself', async () => {
  const report = await validateModelFile(stable, { stable, profile: 'standard' });
  expect(errorsOf(report)).toEqual([]);
  expect(report.passed).toBe(true);
  expect(report.checks.map(({ status }) => status)).not.toContain('failed');
});

test('a wrong shape is caught against the expected one', async () => {
  const expectations = { inputs: { x: { shape: [-1, 3] } } };
  const [found] = errorsOf(await validateModelFile(stable, { expectations }));
  expect(found).toMatchObject({
    code: 'signature-unexpected',
    expected: 'x FP32 [N, 3]',
    found: 'x FP32 [N, 2]',
  });
});

test('a wrong shape is caught against what model.yaml expects', async () => {
  const yaml = 'validate:\n  inputs:\n    x: { datatype: float32, shape: [None, 5] }\n';
  const [found] = errorsOf(await validate({ 'model.onnx': stable, 'model.yaml': yaml }));
  expect(found).toMatchObject({ code: 'signature-unexpected', expected: 'x FP32 [N, 5]' });
});

test('a renamed input is caught against stable, and called so', async () => {
  const renamed = onnxModel(
    smallGraph({
      inputs: [{ name: 'input', datatype: 'FP32', shape: ['N', 2] }],
      nodes: [{ op: 'MatMul', inputs: ['input', 'w'], outputs: ['y'] }],
    }),
  );
  const found = errorsOf(await validateModelFile(renamed, { stable }));
  expect(found.map(({ code }) => code)).toEqual(['signature-breaking', 'signature-breaking']);
  expect(found[0]).toMatchObject({ title: 'the input x is gone' });
  expect(found[1]?.found).toBe('input FP32 [N, 2] as well (was x renamed?)');
});

test('float64 in the place of float32 is caught', async () => {
  const wide = onnxModel(
    smallGraph({
      inputs: [{ name: 'x', datatype: 'FP64', shape: ['N', 2] }],
      nodes: [
        { op: 'Cast', inputs: ['x'], outputs: ['narrow'], attributes: { to: 1 } },
        { op: 'MatMul', inputs: ['narrow', 'w'], outputs: ['y'] },
      ],
    }),
  );
  expect(errorsOf(await validateModelFile(wide, { stable }))).toMatchObject([
    {
      code: 'signature-breaking',
      expected: 'x FP32 [N, 2], as stable has it',
      found: 'x FP64 [N, 2]',
    },
  ]);
});

test('an opset that is newer than the runtime is caught, and what the runtime says of it', async () => {
  const found = errorsOf(await validateModelFile(onnxModel(smallGraph(), { opset: 99 })));
  expect(found[0]).toMatchObject({
    code: 'opset-unsupported',
    expected: 'opset 26 or lower',
    found: 'opset 99',
  });
  expect(found[1]).toMatchObject({ code: 'load-failed' });
});

test('a custom operator is caught, and named', async () => {
  const found = errorsOf(await validateModelFile(models.unknownOperatorModel()));
  expect(found[0]).toMatchObject({ code: 'operator-domain', found: 'com.example.Frobnicate' });
});

test('a file that was cut off is caught', async () => {
  const cut = models.logisticModel().slice(0, 100);
  const report = await validateModelFile(cut);
  expect(errorsOf(report)).toMatchObject([
    { code: 'not-onnx', found: 'a file that ends too early (cut off?)' },
  ]);
  expect(report.checks.filter(({ status }) => status === 'skipped').length).toBeGreaterThan(10);
});

test('weights that are missing are caught, and named', async () => {
  expect(errorsOf(await validateModelFile(models.externalDataModel()))).toMatchObject([
    { code: 'external-data-missing', expected: expect.stringContaining('"weights.bin"') as string },
  ]);
});

test('weights outside of the folder are caught, before anything reads them', async () => {
  const outside = onnxModel(
    smallGraph({
      constants: [{ name: 'w', datatype: 'FP32', shape: [2, 1], external: '../secret.bin' }],
    }),
  );
  const report = await validate({ 'model.onnx': outside, '../secret.bin': new Uint8Array(8) });
  expect(errorsOf(report)).toMatchObject([
    { code: 'external-data-outside', found: '"../secret.bin"' },
  ]);
});

test('NaN at zero is caught, with the place of it', async () => {
  const share = onnxModel(
    smallGraph({
      outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 2] }],
      nodes: [
        { op: 'ReduceL2', inputs: ['x'], outputs: ['length'], attributes: { axes: [1] } },
        { op: 'Div', inputs: ['x', 'length'], outputs: ['y'] },
      ],
      constants: [],
    }),
  );
  expect(errorsOf(await validateModelFile(share))).toMatchObject([
    {
      code: 'not-finite',
      title: 'output y is not finite on inputs of zeros',
      found: 'y[0, 0] = NaN',
    },
  ]);
});

test('an answer that depends on the other rows of its batch is caught', async () => {
  const [found, ...others] = errorsOf(await validateModelFile(models.batchDependentModel()));
  expect(found).toMatchObject({ code: 'batch-dependent' });
  expect(others).toEqual([]);
});

test('a model that fails on a second row is caught', async () => {
  const single = onnxModel(
    smallGraph({
      nodes: [
        { op: 'Reshape', inputs: ['x', 'shape'], outputs: ['one'] },
        { op: 'MatMul', inputs: ['one', 'w'], outputs: ['y'] },
      ],
      constants: [floats('w', [2, 1], [1, -0.5]), integers('shape', [2], [1, 2])],
    }),
  );
  expect(errorsOf(await validateModelFile(single))).toMatchObject([{ code: 'batch-refused' }]);
});

test('a model that does not answer row by row is noticed', async () => {
  const report = await validateModelFile(models.batchSwallowingModel());
  expect(codesOf(report)).toContain('batch-rows');
});

test('an answer that is another one each time is caught', async () => {
  const noisy = onnxModel(
    smallGraph({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['clean'] },
        { op: 'RandomNormalLike', inputs: ['clean'], outputs: ['noise'] },
        { op: 'Add', inputs: ['clean', 'noise'], outputs: ['y'] },
      ],
    }),
  );
  const report = await validateModelFile(noisy);
  expect(errorsOf(report).map(({ code }) => code)).toContain('non-deterministic');
  expect(codesOf(report)).toContain('random-operator');
});

test('an answer that is another one each time is caught where only some inputs show it', async () => {
  const noisy = onnxModel(
    smallGraph({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['clean'] },
        { op: 'RandomNormalLike', inputs: ['clean'], outputs: ['noise'] },
        { op: 'Mul', inputs: ['clean', 'noise'], outputs: ['y'] },
      ],
    }),
  );
  const yaml = 'golden:\n  - { inputs: { x: [0, 0] }, outputs: { y: [0] } }\n';
  const report = await validate({ 'model.onnx': noisy, 'model.yaml': yaml });
  expect(report.checks.find(({ name }) => name === 'golden')?.status).toBe('passed');
  expect(errorsOf(report).map(({ code }) => code)).toContain('non-deterministic');
});

/** Multiplies a 64 × 64 matrix `times` times by itself for every answer. */
function busyModel(times: number, columns: number | string = 2): Uint8Array {
  const matrix = { name: 'm_in', datatype: 'FP32', shape: [64, 64] } as const;
  const flag = { name: 'go_in', datatype: 'BOOL', shape: [] } as const;
  const identity = Array.from({ length: 64 * 64 }, (_, i) => (i % 65 === 0 ? 1 : 0));
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', columns] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      {
        op: 'Loop',
        inputs: ['times', 'go', 'm'],
        outputs: ['m_last'],
        attributes: {
          body: {
            graph: {
              inputs: [{ name: 'i', datatype: 'INT64', shape: [] }, flag, matrix],
              outputs: [
                { ...flag, name: 'go_out' },
                { ...matrix, name: 'm_out' },
              ],
              nodes: [
                { op: 'Identity', inputs: ['go_in'], outputs: ['go_out'] },
                { op: 'MatMul', inputs: ['m_in', 'm'], outputs: ['m_out'] },
              ],
            },
          },
        },
      },
      { op: 'ReduceMax', inputs: ['m_last'], outputs: ['one'], attributes: { keepdims: 0 } },
      { op: 'MatMul', inputs: ['x', 'w'], outputs: ['answer'] },
      { op: 'Mul', inputs: ['answer', 'one'], outputs: ['y'] },
    ],
    constants: [
      floats('w', [2, 1], [1, -0.5]),
      floats('m', [64, 64], identity),
      integers('times', [], [times]),
      { name: 'go', datatype: 'BOOL', shape: [], raw: Uint8Array.of(1) },
    ],
  });
}

test('a model that is ten times slower than stable is caught, side by side', async () => {
  const asked = { stable: busyModel(200), profile: 'standard' } as const;
  const report = await validateModelFile(busyModel(2_000), asked);
  expect(new Set(errorsOf(report).map(({ code }) => code))).toEqual(new Set(['latency-slower']));
  // On a machine that is very busy, one of the two sizes of batches may be too noisy to tell.
  const lows = report.measurements.flatMap(({ ratio }) => ratio?.low ?? []);
  expect(Math.max(...lows)).toBeGreaterThan(2);
});

test('a slower model is caught where it takes more sizes than stable does, too', async () => {
  const asked = { stable: busyModel(200), profile: 'standard' } as const;
  const report = await validateModelFile(busyModel(2_000, 'K'), asked);
  expect(codesOf(report)).toContain('signature-widened');
  expect(errorsOf(report).map(({ code }) => code)).toContain('latency-slower');
});

test('a model that is five times larger than stable is caught', async () => {
  const stableBytes = stable.length;
  const padded = onnxModel(
    smallGraph({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['clean'] },
        { op: 'ReduceSum', inputs: ['ballast'], outputs: ['zero'], attributes: { keepdims: 0 } },
        { op: 'Add', inputs: ['clean', 'zero'], outputs: ['y'] },
      ],
      constants: [
        floats('w', [2, 1], [1, -0.5]),
        floats('ballast', [stableBytes], Array<number>(stableBytes).fill(0)),
      ],
    }),
  );
  expect(padded.length / stableBytes).toBeGreaterThan(5);
  expect(errorsOf(await validateModelFile(padded, { stable }))).toMatchObject([
    { code: 'size-over-limit' },
  ]);
});

test('labels that are swapped are caught against stable', async () => {
  const swapped = classifier([2, 1, 0]);
  const [found, ...others] = errorsOf(await validateModelFile(swapped, { stable: classifier() }));
  expect(found).toMatchObject({ code: 'labels-swapped' });
  expect(found?.found).toMatch(/, 100% with (2 → 0, 0 → 2|0 → 2, 2 → 0)$/);
  expect(others).toEqual([]);
});

test('a probability of the other class is caught against stable', async () => {
  const good = models.logisticModel([2, -1], 0);
  const bad = models.logisticModel([-2, 1], 0);
  expect(errorsOf(await validateModelFile(bad, { stable: good }))).toMatchObject([
    { code: 'labels-swapped' },
  ]);
});

test('classes that are named in another order than those of stable are caught', async () => {
  const folder = await folderWith({
    'churn/1/model.onnx': models.logisticModel(),
    'churn/1/model.yaml': 'labels: [stays, leaves]\n',
    'churn/2/model.onnx': models.logisticModel(),
    'churn/2/model.yaml': 'labels: [leaves, stays]\n',
  });
  const report = await validateModel({
    candidate: await locateModel(path.join(folder, 'churn/2')),
    against: await locateModel(path.join(folder, 'churn/1')),
    profile: 'quick',
    start: startModelProcess,
  });
  expect(errorsOf(report)).toMatchObject([{ code: 'labels-reordered', found: 'leaves, stays' }]);
});

test('a golden row with another answer is caught, with both numbers', async () => {
  const yaml = `golden:
  - { inputs: { x: [2, 2] }, outputs: { y: [1] } }
  - { inputs: { x: [1, 0] }, outputs: { y: [0.5] }, tolerance: 0.01 }
`;
  expect(errorsOf(await validate({ 'model.onnx': stable, 'model.yaml': yaml }))).toMatchObject([
    {
      code: 'golden-mismatch',
      title: 'golden row 2 of model.yaml: output y differs',
      expected: 'y[0, 0] = 0.5, within 0.01',
      found: '1',
    },
  ]);
});

test('a golden row of another class is caught although the numbers are within their tolerance', async () => {
  const yaml = `golden:
  - { inputs: { x: [0, 0, 0, 0, -0.05] }, outputs: { probability: [0.45] }, tolerance: 0.2 }
`;
  const files = { 'model.onnx': models.logisticModel(), 'model.yaml': yaml };
  expect(errorsOf(await validate(files))).toMatchObject([
    { code: 'golden-class', expected: '0', found: '1' },
  ]);
});

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

test('other bytes than expected are caught', async () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  expect(errorsOf(await validateModelFile(stable, { expectations: { digest } }))).toMatchObject([
    { code: 'digest-mismatch', expected: digest },
  ]);
});

test('a probability beyond 1 is caught', async () => {
  const wrong = onnxModel(
    smallGraph({
      outputs: [{ name: 'probability', datatype: 'FP32', shape: ['N', 1] }],
      nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['probability'] }],
    }),
  );
  const codes = errorsOf(await validateModelFile(wrong)).map(({ code }) => code);
  expect(codes[0]).toBe('output-out-of-range');
});

test('weights that nobody reads are noticed', async () => {
  const constants = [floats('w', [2, 1], [1, -0.5]), floats('left over', [3], [1, 2, 3])];
  const report = await validateModelFile(onnxModel(smallGraph({ constants })));
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({ code: 'unused-initializer', found: '1: "left over"' }),
  );
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

test('a model that takes nothing that could be made up must bring golden rows', async () => {
  const inPlace = models.lookupModel([]);
  expect(errorsOf(await validateModelFile(inPlace))).toMatchObject([{ code: 'never-answered' }]);
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

test('an output of another shape than the file declares is caught', async () => {
  const outputs = [{ name: 'y', datatype: 'FP32', shape: ['N', 4] }] as const;
  expect(errorsOf(await validateModelFile(onnxModel(smallGraph({ outputs }))))[0]).toMatchObject({
    code: 'output-not-declared',
    expected: '[N, 4]',
    found: '[1, 1]',
  });
});

test('a format of before or after the runtime is caught', async () => {
  const build = (irVersion: number, opset: number) =>
    buildModel({
      inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 2] }],
      nodes: [{ type: 'Identity', inputs: ['x'], outputs: ['y'] }],
      irVersion,
      opsets: { 'ai.onnx': opset },
    });
  expect(errorsOf(await validateModelFile(build(99, 17)))[0]).toMatchObject({
    code: 'ir-version-unsupported',
    found: 'IR version 99',
  });
  const old = await validateModelFile(build(3, 6));
  expect(old.passed).toBe(true);
  expect(codesOf(old)).toContain('opset-old');
});

test('weights that were cut off are caught', async () => {
  const files = { 'model.onnx': weightsBeside(4), 'w.bin': new Uint8Array(7) };
  expect(errorsOf(await validate(files))).toMatchObject([{ code: 'external-data-short' }]);
});

/** One number a row, times a weight that is in a file of its own. */
function weightsBeside(lengthBytes: number): Uint8Array {
  return buildModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ type: 'Mul', inputs: ['x', 'w'], outputs: ['y'] }],
    initializers: [
      { name: 'w', datatype: 'FP32', shape: [1], location: 'w.bin', offsetBytes: 4, lengthBytes },
    ],
  });
}

test('weights in a file beside the model are read and pass', async () => {
  const weight = new Uint8Array(Float32Array.of(0, 3).buffer);
  const yaml = 'golden: [{ inputs: { x: [2] }, outputs: { y: [6] } }]';
  const files = { 'model.onnx': weightsBeside(4), 'w.bin': weight, 'model.yaml': yaml };
  expect(errorsOf(await validate(files))).toEqual([]);
});

test('an output that cannot be served is caught', async () => {
  expect(errorsOf(await validateModelFile(models.sequenceOutputModel()))).toMatchObject([
    { code: 'unservable-signature', found: 'a sequence of tensors' },
  ]);
});

test('answers that are not those of stable are caught on recorded rows, and noticed on others', async () => {
  const ofOther = models.logisticModel([-1, 1, 0.2], 0);
  const compared = models.logisticModel([1, 1, -0.2], 0);
  const rows = Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.sin(7 * i), 0]);
  const recorded = await validate(
    { 'model.onnx': ofOther, 'rows.json': JSON.stringify(rows) },
    { stable: compared, expectations: { rows: 'rows.json', minAgreement: 0.9 } },
  );
  expect(errorsOf(recorded)).toMatchObject([
    { code: 'agreement-low', title: "the answers are not stable's on recorded rows" },
  ]);
});

test('limits of what a model may take are checked', async () => {
  const report = await validateModelFile(busyModel(500), {
    profile: 'standard',
    expectations: { maxLatencyMs: 0.001, maxLoadMs: 1 },
  });
  expect(new Set(errorsOf(report).map(({ code }) => code))).toEqual(
    new Set(['latency-over-limit', 'load-over-limit']),
  );
});

test('a model that is larger than it may be is refused, where nobody accepted that', async () => {
  const yaml = 'validate: { maxSize: 100B }\n';
  const files = { 'model.onnx': stable, 'model.yaml': yaml };
  expect(errorsOf(await validate(files))).toMatchObject([
    { code: 'size-over-limit', expected: 'a model of at most 100 B' },
  ]);
  const accept = { 'size-over-limit': 'a small one' };
  const accepted = await validate(files, { expectations: { accept } });
  expect(errorsOf(accepted)).toEqual([]);
  expect(findingsOf(accepted)).toContainEqual(
    expect.objectContaining({ code: 'size-over-limit', accepted: 'a small one' }),
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

test('what is new beside all that stable has is said, and fails nothing', async () => {
  const more = onnxModel(
    smallGraph({
      outputs: [
        { name: 'y', datatype: 'FP32', shape: ['N', 1] },
        { name: 'z', datatype: 'FP32', shape: ['N', 1] },
      ],
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] },
        { op: 'Neg', inputs: ['y'], outputs: ['z'] },
      ],
    }),
  );
  const report = await validateModelFile(more, { stable });
  expect(report.passed).toBe(true);
  expect(codesOf(report)).toContain('signature-widened');
});

test('weights that are listed as inputs too are noticed, and nobody has to send them', async () => {
  const inputs = [
    { name: 'x', datatype: 'FP32', shape: ['N', 2] },
    { name: 'w', datatype: 'FP32', shape: [2, 1] },
  ] as const;
  const report = await validateModelFile(onnxModel(smallGraph({ inputs })));
  expect(errorsOf(report)).toEqual([]);
  expect(codesOf(report)).toContain('initializer-as-input');
});

test('golden pairs that do not fit the model are said, with their file', async () => {
  const files = {
    'model.onnx': stable,
    'cases.json': '[{"inputs":{"x":[1]},"outputs":{"y":[1]}}]',
  };
  const [found] = errorsOf(await validate(files, { expectations: { golden: ['cases.json'] } }));
  expect(found).toMatchObject({
    code: 'golden-invalid',
    title: 'cases.json cannot be used',
    expected: 'FP32 [N, 2] in x',
    found: 'FP32 [1, 1]',
  });
});

test('inputs far from the ordinary may overflow, which is worth a word', async () => {
  const explosive = onnxModel(
    smallGraph({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['sum'] },
        { op: 'Exp', inputs: ['sum'], outputs: ['y'] },
      ],
    }),
  );
  const report = await validateModelFile(explosive);
  expect(report.passed).toBe(true);
  expect(codesOf(report)).toContain('not-finite-far-out');
  // Somebody who says that such inputs are usual is owed an answer.
  const expectations = { inputs: { x: { min: -1000, max: 1000 } } };
  const owed = errorsOf(await validateModelFile(explosive, { expectations }));
  expect(owed[0]).toMatchObject({ code: 'not-finite', found: 'y[0, 0] = Infinity' });
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
