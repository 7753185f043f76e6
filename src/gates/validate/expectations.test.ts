import { expect, test } from 'vitest';
import { folderWith, smallModel } from '../../../test/models/repository-on-disk.js';
import { locateModel } from './locate-model.js';
import { readSubject } from './subject.js';

async function read(yaml: string) {
  const folder = await folderWith({ 'm/1/model.onnx': smallModel(), 'm/1/model.yaml': yaml });
  return readSubject(await locateModel(`${folder}/m/1`));
}

test('what model.yaml expects is read with its units', async () => {
  const { subject, findings } = await read(`
validate:
  inputs: { features: { datatype: float32, shape: [None, 2], min: -3, max: 3 } }
  outputs: { probability: { shape: [null, 1], relative: 0.01 } }
  maxSize: 2KiB
  maxLoadTime: 5s
  minAgreement: 95%
  accept: { nan-hidden: trees take them }
`);
  expect(findings).toEqual([]);
  expect(subject?.expectations).toMatchObject({
    inputs: { features: { datatype: 'FP32', shape: [-1, 2], min: -3, max: 3 } },
    outputs: { probability: { shape: [-1, 1], relative: 0.01 } },
    maxSizeBytes: 2048,
    maxLoadMs: 5000,
    minAgreement: 0.95,
    maxGrowth: 4,
    accept: { 'nan-hidden': 'trees take them' },
  });
});

test.each([
  ['  maxSize: 12', 'a size with its unit'],
  ['  inputs: { features: { datatype: float31 } }', 'one of BOOL'],
  ['  accept: { nan-hiden: why }', 'a code of a finding, as nan-hidden'],
  ['  colour: red', 'one of the keys inputs'],
])('what nobody can mean is refused with its place: %s', async (line, expected) => {
  const { subject, findings } = await read(`validate:\n${line}\n`);
  expect(findings).toMatchObject([
    {
      code: 'config-invalid',
      expected: expect.stringContaining(expected) as string,
      found: expect.stringContaining('1/model.yaml:2:') as string,
    },
  ]);
  // What is wrong with model.yaml hides nothing of the model itself.
  expect(subject?.signature.inputs[0]?.name).toBe('features');
});
