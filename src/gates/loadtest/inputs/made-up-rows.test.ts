import { expect, test } from 'vitest';
import type { Signature, TensorSpec } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import { Random } from '../../../stats/random.js';
import { defaultExpectations } from '../../validate/expectations.js';
import type { FateOfRow } from './fate-of-row.js';
import { inputsOfSignature } from './known-inputs.js';
import { madeUpRows, type MadeUpRows } from './made-up-rows.js';

const taken: FateOfRow = { kind: 'taken' };
const refused: FateOfRow = { kind: 'refused', words: 'status 400: no such word' };

async function made(
  ...given: Parameters<typeof madeWithRefused>
): Promise<readonly (readonly Tensor[])[]> {
  return (await madeWithRefused(...given)).rows;
}

function madeWithRefused(
  inputs: readonly TensorSpec[],
  tryRow: (row: readonly Tensor[]) => FateOfRow,
  said: Partial<typeof defaultExpectations> = {},
): Promise<MadeUpRows> {
  const signature: Signature = { inputs, outputs: [] };
  const { subject } = inputsOfSignature(signature);
  return madeUpRows({
    madeFor: { subject, stable: undefined, expectations: { ...defaultExpectations, ...said } },
    count: 100,
    random: new Random(1),
    tryRow: (row) => Promise.resolve(tryRow(row)),
  });
}

const word: TensorSpec = { name: 'word', datatype: 'INT64', shape: [-1, 1] };
const wordOf = ([tensor]: readonly Tensor[]): number => Number(tensor?.data[0]);

test('rows that are refused are left out', async () => {
  for (const words of [[0, 1, 2, 3], [7], [8]]) {
    const rows = await made([word], (row) => (words.includes(wordOf(row)) ? taken : refused));
    expect(new Set(rows.map(wordOf))).toEqual(new Set(words));
    expect(rows.length).toBeGreaterThan(5);
  }
});

test('how many were left out is told, with what was said of the first', async () => {
  const all = await madeWithRefused([word], () => taken);
  expect(all.refused).toBeUndefined();
  const { refused: left } = await madeWithRefused([word], (row) => {
    return wordOf(row) < 4 ? taken : { kind: 'refused', words: `no word ${wordOf(row)}` };
  });
  expect(left?.count).toBeGreaterThan(5);
  expect(left?.tried).toBeGreaterThan(left?.count ?? 0);
  expect(left?.words).toMatch(/^no word [4-9]$/);
});

test('where every row is refused, golden rows are asked for, in the words of the target', async () => {
  await expect(made([word], () => refused)).rejects.toMatchObject({
    code: 'inputs-missing',
    message: expect.stringMatching(/expected golden rows.*found 1 refused: status 400/) as string,
    advice: expect.stringContaining('Add golden rows') as string,
  });
});

test('what fails, or hangs, is left to the test to find', async () => {
  for (const kind of ['failed', 'unanswered'] as const) {
    const rows = await made([word], () => ({ kind, words: 'status 500: out of memory' }));
    expect(rows).toHaveLength(100);
  }
  const sometimes = await made([word], (row) =>
    wordOf(row) < 5 ? taken : { kind: 'failed', words: 'status 500' },
  );
  expect(sometimes.some((row) => wordOf(row) >= 5)).toBe(true);
});

test('sizes are found by trying, unless somebody said them; ranges hold', async () => {
  const sound: TensorSpec = { name: 'sound', datatype: 'FP32', shape: [-1, -1] };
  const sizes = (rows: readonly (readonly Tensor[])[]) =>
    new Set(rows.map(([tensor]) => tensor?.shape.join()));
  const found = await made([sound], ([tensor]) => (tensor?.shape[1] === 512 ? taken : refused));
  expect(sizes(found)).toEqual(new Set(['1,512']));
  const said = await made([sound], () => taken, {
    dimensions: { 'sound.1': 77 },
    inputs: { sound: { min: 2, max: 3 } },
  });
  expect(sizes(said)).toEqual(new Set(['1,77']));
  const numbers = said.flatMap(([tensor]) => Array.from(tensor?.data as Float32Array));
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(2);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(3);
});

test('large rows are fewer, and what no request should hold is not made up', async () => {
  const image = (pixels: number): TensorSpec[] => [
    { name: 'image', datatype: 'UINT8', shape: [-1, 3, pixels, pixels] },
  ];
  const ofAnySize: TensorSpec = { name: 'image', datatype: 'UINT8', shape: [-1, 3, -1, -1] };
  expect(await made(image(224), () => taken)).toHaveLength(6);
  expect(await made(image(640), () => taken)).toHaveLength(1);
  const tried: number[] = [];
  const refusing = (row: readonly Tensor[]) => {
    tried.push(...row.map(({ data }) => data.length));
    return refused;
  };
  for (const spec of [...image(4_096), ofAnySize]) {
    await expect(made([spec], refusing)).rejects.toMatchObject({ code: 'inputs-missing' });
  }
  expect(Math.max(...tried)).toBe(3 * 256 * 256);
});
