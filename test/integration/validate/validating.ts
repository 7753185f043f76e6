import path from 'node:path';
import { findingsOf, type Finding, type Report } from '../../../src/gates/report/report.js';
import type { Expectations } from '../../../src/gates/validate/expectations.js';
import { locateModel } from '../../../src/gates/validate/locate-model.js';
import type { StartModelProcess } from '../../../src/gates/validate/model-process.js';
import type { Profile } from '../../../src/gates/validate/profile.js';
import { validateModel } from '../../../src/gates/validate/validate-model.js';
import { startModelProcess } from '../../../src/serving/start-model-process.js';
import { folderWith } from '../../models/repository-on-disk.js';
import { floats, integers, onnxModel, type OnnxGraph } from '../../onnx/build.js';

/** Every validation starts a process or two, and a machine that is busy starts them slowly. */
export const patience = { testTimeout: 120_000 } as const;

export type Files = Readonly<Record<string, string | Uint8Array>>;

export interface Asked {
  readonly stable?: Uint8Array;
  readonly expectations?: Partial<Expectations>;
  readonly profile?: Profile;
  readonly requestMs?: number;
  readonly memoryBytes?: number;
  readonly start?: StartModelProcess;
}

/** Validates what is in `candidate/`; a stable version is put beside it. */
export async function validate(files: Files, asked: Asked = {}): Promise<Report> {
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
    start: asked.start ?? startModelProcess,
    limits: {
      requestMs: asked.requestMs ?? 30_000,
      ...(asked.memoryBytes === undefined ? {} : { memoryBytes: asked.memoryBytes }),
    },
  });
}

export function validateModelFile(model: Uint8Array, asked: Asked = {}): Promise<Report> {
  return validate({ 'model.onnx': model }, asked);
}

export function errorsOf(report: Report): readonly Finding[] {
  return findingsOf(report).filter(({ severity }) => severity === 'error');
}

export function codesOf(report: Report): readonly string[] {
  return findingsOf(report).map(({ code }) => code);
}

/** Two features, one answer; what a test is about is changed. */
export function smallGraph(changes: Partial<OnnxGraph> = {}): OnnxGraph {
  return {
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    constants: [floats('w', [2, 1], [1, -0.5])],
    ...changes,
  };
}

/** Takes what `smallGraph` takes, and is a good model. */
export const stable = onnxModel(smallGraph());

/** Takes what `hungryAtLoadModel` takes, and gives what it gives. */
export const unitGraph: OnnxGraph = {
  inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
  nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
};

/** Three classes, answered in an order, each of them ahead of the others by so much. */
export function classifier(
  order: readonly number[] = [0, 1, 2],
  ahead: readonly number[] = [0, 0, 0],
): Uint8Array {
  return onnxModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
    outputs: [{ name: 'shares', datatype: 'FP32', shape: ['N', 3] }],
    nodes: [
      { op: 'Gemm', inputs: ['x', 'w', 'ahead'], outputs: ['scores'] },
      { op: 'Softmax', inputs: ['scores'], outputs: ['in order'] },
      {
        op: 'Gather',
        inputs: ['in order', 'order'],
        outputs: ['shares'],
        attributes: { axis: 1 },
      },
    ],
    constants: [
      floats('w', [2, 3], [1, 0, -1, 0, 1, -1]),
      floats('ahead', [3], ahead),
      integers('order', [3], order),
    ],
  });
}

/** Multiplies a 64 × 64 matrix `times` times by itself for every answer. */
export function busyModel(times: number, columns: number | string = 2): Uint8Array {
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

/** Answers as `stable` does, and brings along so many numbers that are of no use. */
export function withBallast(numbers: number): Uint8Array {
  return onnxModel(
    smallGraph({
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['clean'] },
        { op: 'ReduceSum', inputs: ['ballast'], outputs: ['zero'], attributes: { keepdims: 0 } },
        { op: 'Add', inputs: ['clean', 'zero'], outputs: ['y'] },
      ],
      constants: [
        floats('w', [2, 1], [1, -0.5]),
        floats('ballast', [numbers], Array<number>(numbers).fill(0)),
      ],
    }),
  );
}
