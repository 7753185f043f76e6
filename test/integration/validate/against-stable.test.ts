import { expect, test, vi } from 'vitest';
import { findingsOf } from '../../../src/gates/report/report.js';
import { floats, onnxModel } from '../../onnx/build.js';
import * as models from '../../onnx/models.js';
import {
  busyModel,
  classifier,
  codesOf,
  errorsOf,
  patience,
  smallGraph,
  stable,
  validate,
  validateModelFile,
  withBallast,
} from './validating.js';

// What only a comparison with stable shows: speed, size, other answers, other labels.

vi.setConfig(patience);

test('a model that is ten times slower than stable is caught, side by side', async () => {
  const asked = { stable: busyModel(200), profile: 'standard' } as const;
  const report = await validateModelFile(busyModel(2_000), asked);
  expect(new Set(errorsOf(report).map(({ code }) => code))).toEqual(new Set(['latency-slower']));
  // On a machine that is very busy, one of the two sizes of batches may be too noisy to tell.
  const lows = report.measurements.flatMap(({ ratio }) => ratio?.low ?? []);
  expect(Math.max(...lows)).toBeGreaterThan(2);
});

test('a model that takes more sizes than stable does is timed beside it on those of stable', async () => {
  const asked = { stable: busyModel(1), profile: 'standard' } as const;
  const report = await validateModelFile(busyModel(1, 'K'), asked);
  expect(codesOf(report)).toContain('signature-widened');
  const inBoth = report.measurements.filter(({ ratio }) => ratio !== undefined);
  expect(inBoth.map(({ name }) => name)).toEqual(['latency p50, 1 row', 'latency p50, 64 rows']);
});

test('a model that is five times larger than stable is caught, and one that is twice as large noticed', async () => {
  const padded = withBallast(stable.length);
  expect(padded.length / stable.length).toBeGreaterThan(5);
  expect(errorsOf(await validateModelFile(padded, { stable }))).toMatchObject([
    { code: 'size-over-limit' },
  ]);
  const twice = await validateModelFile(withBallast(500_000), { stable: withBallast(250_000) });
  expect(twice.passed).toBe(true);
  expect(findingsOf(twice)).toContainEqual(
    expect.objectContaining({
      code: 'size-grown',
      severity: 'warning',
      found: '2 times: 1.9 MiB',
    }),
  );
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

test('swapped labels are caught where stable gives every usual row the same class', async () => {
  const ahead = [6, 0, -6];
  const [one, swapped] = [classifier([0, 1, 2], ahead), classifier([2, 1, 0], ahead)];
  // Wider rows are made up until stable gives another class, too.
  const wider = await validateModelFile(swapped, { stable: one });
  expect(errorsOf(wider)).toMatchObject([{ code: 'labels-swapped' }]);
  // Within bounds there are none: the numbers of each class tell it.
  const expectations = { inputs: { x: { min: -1, max: 1 } } };
  const bounded = await validateModelFile(swapped, { stable: one, expectations });
  expect(errorsOf(bounded)).toMatchObject([
    {
      code: 'labels-swapped',
      expected: 'numbers of each class that rise where those of stable do',
      found: expect.stringMatching(/, of 1 with (0 → 2, 2 → 0|2 → 0, 0 → 2)$/) as string,
    },
  ]);
  const same = await validateModelFile(one, { stable: one, expectations });
  expect(codesOf(same)).not.toContain('agreement-uninformative');
  expect(same.passed).toBe(true);
});

test('a comparison that says nothing is said to say nothing', async () => {
  const largest = onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
    outputs: [{ name: 'label', datatype: 'INT64', shape: ['N', 1] }],
    nodes: [
      { op: 'Add', inputs: ['x', 'ahead'], outputs: ['scores'] },
      { op: 'ArgMax', inputs: ['scores'], outputs: ['label'], attributes: { axis: 1 } },
    ],
    constants: [floats('ahead', [2], [6, 0])],
  });
  const bounded = { inputs: { x: { min: -1, max: 1 } } };
  const report = await validateModelFile(largest, { stable: largest, expectations: bounded });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'agreement-uninformative',
      severity: 'warning',
      title: 'stable gives the same class to all rows',
      found: 'class 0 for all 16',
    }),
  );
  // Without bounds, rows are made up that are wide enough to say something.
  expect(codesOf(await validateModelFile(largest, { stable: largest }))).not.toContain(
    'agreement-uninformative',
  );
});

test('a comparison with a stable that always gives the same number is said to say nothing', async () => {
  const still = onnxModel(smallGraph({ constants: [floats('w', [2, 1], [0, 0])] }));
  const report = await validateModelFile(stable, { stable: still });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'agreement-uninformative',
      title: 'stable gives the same number to all rows',
      found: '0, 16 times',
    }),
  );
});

test('scores that go with those of stable, a thousand times as large, are noticed', async () => {
  const thousandfold = onnxModel(
    smallGraph({
      nodes: [{ op: 'Gemm', inputs: ['x', 'w', 'b'], outputs: ['y'] }],
      constants: [floats('w', [2, 1], [1_000, -500]), floats('b', [1], [7])],
    }),
  );
  const report = await validateModelFile(thousandfold, { stable });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'scores-rescaled',
      severity: 'warning',
      found: expect.stringMatching(/ 1000 times as wide$/) as string,
    }),
  );
  expect(codesOf(await validateModelFile(stable, { stable }))).not.toContain('scores-rescaled');
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

test('a model that differs from stable on some recorded rows is noticed, with the rows', async () => {
  // The first feature counts here, and the second there; on ten of forty rows they differ.
  const [first, second] = [models.logisticModel([4, 0], 0), models.logisticModel([0, 4], 0)];
  const rows = Array.from({ length: 40 }, (_, i) => {
    const side = i % 2 === 0 ? 1 : -1;
    return [side, i % 4 === 3 ? -side : side];
  });
  const files = { 'model.onnx': second, 'rows.json': JSON.stringify(rows) };
  const expectations = { rows: 'rows.json' };
  const report = await validate(files, { stable: first, expectations });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'agreement-reduced',
      severity: 'warning',
      title: "many answers are not stable's on recorded rows",
      expected: '90% or more (same class)',
      found: '75%: rows 4, 8, 12, 16, 20 and 5 more differ',
    }),
  );
});

test('a model that differs from stable on most made-up rows is noticed, and passes', async () => {
  // Which of eight numbers is the largest; and which of eight mixtures of them.
  const bands = (weights: readonly number[]) =>
    onnxModel({
      inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 8] }],
      outputs: [{ name: 'shares', datatype: 'FP32', shape: ['N', 8] }],
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['scores'] },
        { op: 'Softmax', inputs: ['scores'], outputs: ['shares'] },
      ],
      constants: [floats('w', [8, 8], weights)],
    });
  const cells = Array.from({ length: 64 }, (_, i) => i);
  const report = await validateModelFile(bands(cells.map((i) => Math.sin(i * i))), {
    stable: bands(cells.map((i) => (i % 9 === 0 ? 1 : 0))),
  });
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toContainEqual(
    expect.objectContaining({
      code: 'agreement-reduced',
      title: "many answers are not stable's on made-up rows",
      expected: '50% or more (same class)',
    }),
  );
});
