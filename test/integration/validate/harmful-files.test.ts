import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { locateModel } from '../../../src/gates/validate/locate-model.js';
import {
  validateModel,
  type ValidationLimits,
} from '../../../src/gates/validate/validate-model.js';
import { findingsOf, type Report } from '../../../src/gates/report/report.js';
import { startModelProcess } from '../../../src/serving/start-model-process.js';
import { buildModel } from '../../../src/models/onnx/build.js';
import { folderWith } from '../../models/repository-on-disk.js';

// Files that were made to do harm to whoever reads them. They are read in a process of their own.
vi.setConfig({ testTimeout: 120_000 });

async function validate(folder: string, limits: Partial<ValidationLimits> = {}): Promise<Report> {
  const candidate = await locateModel(folder);
  return validateModel({ candidate, profile: 'quick', start: startModelProcess, limits });
}

/** A file of any length, which takes no space on the disk. */
function lengthen(file: string, bytes: number): void {
  writeFileSync(file, '', { flag: 'a' });
  truncateSync(file, bytes);
}

test('a model of 5 GB is refused before any of it is read', async () => {
  const folder = await folderWith({ 'model.onnx': '' });
  lengthen(path.join(folder, 'model.onnx'), 5e9);
  const [found] = findingsOf(await validate(folder));
  expect(found).toMatchObject({ code: 'not-onnx', found: '4.7 GiB' });
});

/** Reading so much takes hours: whoever began to would not come to the end of a test. */
const terabytes = 4e12;

test('weights of more than is allowed are refused before any of them is read', async () => {
  const model = buildModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [{ type: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
    initializers: [
      { name: 'w', datatype: 'FP32', shape: [2, 1], location: 'w.bin', offsetBytes: 0 },
    ],
  });
  const yaml = 'validate: { maxSize: 1GiB }\n';
  const folder = await folderWith({ 'model.onnx': model, 'model.yaml': yaml });
  lengthen(path.join(folder, 'w.bin'), terabytes);
  const [found] = findingsOf(await validate(folder));
  expect(found).toMatchObject({
    code: 'size-over-limit',
    expected: 'a model of at most 1.0 GiB',
  });
});

test('a file whose reading has no end is given up at the deadline', async () => {
  const folder = await folderWith({ 'model.yaml': '' });
  // Nobody ever writes into it.
  execFileSync('mkfifo', [path.join(folder, 'model.onnx')]);
  expect(findingsOf(await validate(folder, { startMs: 3_000 }))).toMatchObject([
    { code: 'read-failed', found: 'it was not done after 3000 ms' },
  ]);
});

test('a small file that would be gigabytes of objects ends its own reader, and nothing else', async () => {
  // 12 million nodes of two bytes each: field 1 of GraphProto, with no content.
  const nodes = Buffer.alloc(24_000_000, Uint8Array.of(0x0a, 0x00));
  const graph = Buffer.concat([tag(7, nodes.length), nodes]);
  const opsets = Buffer.from([0x42, 0x02, 0x10, 0x11]);
  const folder = await folderWith({
    'model.onnx': Buffer.concat([Buffer.from([0x08, 0x08]), opsets, graph]),
  });
  const report = await validate(folder, { memoryBytes: 256 * 2 ** 20 });
  const [found, ...others] = findingsOf(report);
  expect(found).toMatchObject({ code: 'read-failed' });
  expect(found?.found).toMatch(/memory/);
  expect(others).toEqual([]);
});

/** The beginning of a field that holds so many bytes (protobuf encoding, LEN). */
function tag(field: number, length: number): Buffer {
  const bytes = [(field << 3) | 2];
  let left = length;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left & 127) | 128);
  return Buffer.from([...bytes, left]);
}
