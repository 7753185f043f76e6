import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { toModelName, type VersionName } from '../../../src/domain/ids.js';
import type { OnnxVersion } from '../../../src/domain/version.js';
import { readLocalModel } from '../../../src/gates/loadtest/inputs/local-model.js';
import type { LoadTestResult } from '../../../src/gates/loadtest/results/load-test-result.js';
import { loadTestVersion } from '../../../src/gates/on-versions/loadtest-version.js';
import { smokeVersion } from '../../../src/gates/on-versions/smoke-version.js';
import { findingsOf } from '../../../src/gates/report/report.js';
import { launcher } from '../../../src/serving/launch-arm.js';
import { folderWith } from '../../models/repository-on-disk.js';
import { integers, onnxModel } from '../../onnx/build.js';
import * as models from '../../onnx/models.js';

// Each starts two runner processes.
vi.setConfig({ testTimeout: 120_000 });

const settings = {
  requestTimeoutMs: 20_000,
  startDeadlineMs: 60_000,
  runnerMemoryBytes: undefined,
};
const launchArm = launcher(settings, Math.random, () => undefined);
const { signal } = new AbortController();

async function versionOf(model: Uint8Array, yaml?: string): Promise<OnnxVersion> {
  const files = { 'model.onnx': model, ...(yaml === undefined ? {} : { 'model.yaml': yaml }) };
  const folder = await folderWith(files);
  const version = (await readLocalModel(folder))!;
  return { ...version, model: toModelName('tried'), version: '1' as VersionName };
}

const smoke = (version: OnnxVersion, inputs?: readonly unknown[]) =>
  smokeVersion(version, inputs === undefined ? {} : { inputs }, undefined, signal);

function load(version: OnnxVersion, stable?: OnnxVersion): Promise<LoadTestResult> {
  // As many requests on every machine, however slow.
  const load = { kind: 'open', fromPerSecond: 200, toPerSecond: 200 } as const;
  return loadTestVersion({
    version,
    stable,
    wishes: { load, warmUpMs: 0, durationMs: 300, answerMs: 20_000 },
    launch: async (one) => (await launchArm(one)).upstream,
    signal,
  });
}

async function expectPasses(version: OnnxVersion): Promise<void> {
  const { report } = await smoke(version);
  expect(findingsOf(report).map(({ code }) => code)).toEqual(['smoke-nothing-known']);
  const { target } = await load(version);
  expect(target.failures).toEqual([]);
  expect(target.good).toBeGreaterThan(0);
}

/** Adds a state that has to be as wide as its windows of sound are many, and looks up a rate. */
function modelWithState(): Uint8Array {
  return onnxModel({
    inputs: [
      { name: 'sound', datatype: 'FP32', shape: ['batch', 'samples'] },
      { name: 'state', datatype: 'FP32', shape: [2, 'batch', 'samples'] },
      { name: 'rate', datatype: 'INT64', shape: [] },
    ],
    outputs: [
      { name: 'speech', datatype: 'FP32', shape: ['batch', 8, 32] },
      { name: 'next', datatype: 'FP32', shape: [2, 'batch', 'samples'] },
    ],
    nodes: [
      { op: 'Reshape', inputs: ['sound', 'windows'], outputs: ['speech'] },
      { op: 'Gather', inputs: ['rates', 'rate'], outputs: ['known'] },
      { op: 'Cast', inputs: ['known'], outputs: ['scale'], attributes: { to: 1 } },
      { op: 'Mul', inputs: ['state', 'scale'], outputs: ['scaled'] },
      { op: 'Add', inputs: ['scaled', 'sound'], outputs: ['next'] },
    ],
    constants: [integers('windows', [3], [-1, 8, 32]), integers('rates', [2], [8_000, 16_000])],
  });
}

test.each([
  ['a table of four entries', models.lookupModel()],
  ['a state, and dimensions of one name', modelWithState()],
])('a good model without golden rows passes smoke and loadtest: %s', async (_, model) => {
  await expectPasses(await versionOf(model));
});

test('a speech-detection model that others made passes smoke and loadtest as it is', async () => {
  const detectors = createRequire(import.meta.url).resolve('@ricky0123/vad-web');
  const file = path.join(path.dirname(detectors), 'silero_vad_v5.onnx');
  await expectPasses(await versionOf(readFileSync(file)));
});

/** Takes rows of multiples of 11 numbers, of which nobody would think. */
const elevens = onnxModel({
  inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 'width'] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: ['M', 11] }],
  nodes: [{ op: 'Reshape', inputs: ['x', 'shape'], outputs: ['y'] }],
  constants: [integers('shape', [2], [-1, 11])],
});

test('a model of which no row can be made up is not accused: golden rows are asked for', async () => {
  const version = await versionOf(elevens);
  for (const gate of [smoke, load]) {
    await expect(gate(version)).rejects.toMatchObject({
      code: 'inputs-missing',
      advice: expect.stringContaining('Add golden rows to model.yaml') as string,
    });
  }
  await expectPasses(await versionOf(elevens, 'validate: { dimensions: { width: 22 } }\n'));
});

test('what stable takes and a version refuses is an error of the version', async () => {
  const [fewer, more] = [models.lookupModel([1, 2]), models.lookupModel()];
  const { target } = await load(
    await versionOf(fewer, 'validate: { inputs: { x: { min: 0, max: 3 } } }\n'),
    await versionOf(more),
  );
  expect(target.failures[0]).toMatchObject({ kind: 'status' });
});

test('a file is sent what the gate says, and held to what that expects', async () => {
  const version = await versionOf(models.lookupModel());
  const item = (position: number) => ({
    body: { inputs: [{ name: 'x', datatype: 'INT64', shape: [1, 1], data: [position] }] },
    expect: { answer: { outputs: [{ name: 'y', data: [12] }] } },
  });
  expect((await smoke(version, [item(2)])).report.passed).toBe(true);
  expect((await smoke(version, [item(3)])).report.passed).toBe(false);
});
