import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, smallModel } from '../../../test/models/repository-on-disk.js';
import type { OnnxVersion } from '../../domain/version.js';
import type { ModelToBuild } from '../onnx/build.js';
import { openRepository } from '../repository.js';

interface Written {
  readonly own?: string;
  readonly shared?: string;
  readonly model?: Partial<ModelToBuild>;
}

async function versionWith({ own, shared, model }: Written): Promise<OnnxVersion> {
  const folder = await folderWith({
    'models/churn/1/model.onnx': smallModel(0, model),
    ...(own === undefined ? {} : { 'models/churn/1/model.yaml': own }),
    ...(shared === undefined ? {} : { 'models/churn/model.yaml': shared }),
  });
  return openRepository([path.join(folder, 'models')]).load('churn', '1');
}

describe('model.yaml', () => {
  it('says what the file cannot say', async () => {
    const version = await versionWith({
      own: `
description: who leaves
inputs: { features: age and spending }
outputs: { probability: the probability of leaving }
labels: [stays, leaves]
prediction: { output: probability, kind: probability }
golden:
  - inputs: { features: [0.5, 0.5] }
    outputs: { probability: [0.5] }
    tolerance: 0.001
  - inputs: { features: [1, 0] }
    outputs: {  probability: [0.731] }
batching: { enabled: true, maxBatchSize: 16, maxBatchDelay: 2.5ms }
`,
    });
    expect(version).toMatchObject({
      description: 'who leaves',
      signature: {
        inputs: [{ name: 'features', description: 'age and spending' }],
        outputs: [{ name: 'probability', description: 'the probability of leaving' }],
      },
      prediction: { output: 'probability', kind: 'probability', labels: ['stays', 'leaves'] },
      golden: [
        { inputs: { features: [0.5, 0.5] }, outputs: { probability: [0.5] }, tolerance: 0.001 },
        { inputs: { features: [1, 0] }, outputs: { probability: [0.731] }, tolerance: 1e-4 },
      ],
      batching: { enabled: true, maxBatchSize: 16, maxBatchDelayMs: 2.5 },
    });
  });

  it('of the model counts for what the version leaves out', async () => {
    const version = await versionWith({
      own: 'description: the second one',
      shared: 'description: who leaves\nlabels: [0, 1.10]\nstable: 1\nbatching: {maxBatchDelay: 1s}',
    });
    expect(version.description).toBe('the second one');
    expect(version.prediction.labels).toEqual(['0', '1.10']);
    expect(version.batching.maxBatchDelayMs).toBe(1000);
  });

  it('may be empty', async () => {
    expect((await versionWith({ own: '# nothing yet\n' })).description).toBe('');
  });

  it.each<[string, string, string, string]>([
    ['labels: [a, b', 'valid YAML', '', '1:14'],
    ['just text', 'keys and values', '"just text"', '1:1'],
    ['description: x\nlabel: [a]', 'one of the keys description', '"label"', '2:1'],
    ['a: 1\nb: 2', 'one of the keys description', '"a"', '1:1'],
    ['labels: [a]\nlabels: [b]', 'valid YAML', 'unique', '2:1'],
    ['stable: "1"', 'one of the keys', '"stable"', '1:1'],
    ['prediction:\n  kind: probabilty', 'probability, score, classes or label', '"probabilty"', '2:9'],
    ['prediction:\n  outputs: p', 'one of the keys output, kind', '"outputs"', '2:3'],
    ['prediction:\n  output: p', 'an output of the model: probability', '"p"', '2:11'],
    ['prediction: { kind: classes }', 'one number a class', 'probability: FP32 [N, 1]', '1:21'],
    ['labels: a', "a list of the classes' names", '"a"', '1:9'],
    ['labels: [a, a]', 'each once', 'a list', '1:9'],
    ['labels: [a, b, c]', '2 labels', '3', '1:9'],
    ['inputs:\n  feature: x', "names of the model's inputs: features", '"feature"', '2:12'],
    ['batching:\n  maxBatchDelay: 5', 'a time with its unit', '5', '2:18'],
    ['batching:\n  maxBatchDelay: 5m', 'a time with its unit', '"5m"', '2:18'],
    ['batching:\n  maxBatchSize: 0', 'a whole number of rows', '0', '2:17'],
    ['golden:\n  - outputs: { probability: [1] }', 'a golden row', 'the keys outputs', '2:5'],
    [
      'golden:\n  - inputs: { x: [1] }\n    outputs: { probability: [1] }',
      'the input features, too',
      'none',
      '2:13',
    ],
    [
      'golden:\n  - inputs: { features: [1, 2, 3] }\n    outputs: { probability: [1] }',
      'values nested as [2], of FP32',
      'another form',
      '2:25',
    ],
    [
      'golden:\n  - inputs: { features: [1, 2] }\n    outputs: { probability: ["1"] }',
      'values nested as [1], of FP32',
      'another form',
      '3:29',
    ],
    [
      'golden:\n  - inputs: { features: [1, 2] }\n    outputs: { p: [1] }\n    tolerance: 0',
      'one of probability',
      '"p"',
      '3:19',
    ],
  ])('%j is refused with its place', async (own, expected, found, place) => {
    await expect(versionWith({ own })).rejects.toMatchObject({
      code: 'model-config-invalid',
      words: {
        expected: expect.stringContaining(expected) as string,
        found: expect.stringMatching(
          new RegExp(`${found.replaceAll(/[[\]()]/g, '\\$&')}.* at churn/1/model.yaml:${place}$`, 's'),
        ) as string,
      },
    });
  });

  it('is blamed by the name of the file that is wrong', async () => {
    await expect(
      versionWith({ own: 'description: fine', shared: '\nlabels: [a, b, c]' }),
    ).rejects.toThrow('at churn/model.yaml:2:9');
  });

  it('cannot ask for batches of a model that takes one row', async () => {
    const model = { inputs: [{ name: 'features', datatype: 'FP32' as const, shape: [1, 2] }] };
    expect((await versionWith({ model })).batching.enabled).toBe(false);
    await expect(versionWith({ model, own: 'batching: { enabled: true }' })).rejects.toThrow(
      'a free first dimension',
    );
  });
});
