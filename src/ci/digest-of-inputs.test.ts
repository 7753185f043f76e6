import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { digestOfInputs } from './digest-of-inputs.js';

let version: string;
beforeEach(() => {
  version = join(mkdtempSync(join(tmpdir(), 'serin-inputs-')), 'churn', '1');
  mkdirSync(version, { recursive: true });
  writeFileSync(join(version, 'model.onnx'), 'weights');
});

test.each([
  ['the model', 'model.onnx'],
  ['its own model.yaml', 'model.yaml'],
  ["the model.yaml of all the model's versions", '../model.yaml'],
])('%s says what is sent', async (_, file) => {
  const before = await digestOfInputs(version);
  expect(await digestOfInputs(join(version, 'model.onnx'))).toBe(before);
  writeFileSync(join(version, 'unrelated'), 'anything');
  expect(await digestOfInputs(version)).toBe(before);
  writeFileSync(join(version, file), 'changed');
  expect(await digestOfInputs(version)).not.toBe(before);
});

test('a file of requests that appears says what is sent', async () => {
  const rows = join(version, 'rows.jsonl');
  const before = await digestOfInputs(rows);
  writeFileSync(rows, '{}');
  expect(await digestOfInputs(rows)).not.toBe(before);
});
