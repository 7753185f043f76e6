import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatShape, isBatchable } from '../../src/domain/signature.js';
import type { GoldenRow } from '../../src/domain/version.js';
import { openRepository } from '../../src/models/repository.js';
import { readOnnx } from '../../src/models/onnx/read.js';
import type { Table } from './data/table.js';
import { randomFrom } from './random.js';
import { digits } from './samples/digits.js';
import { samples, trainSamples, type TrainedSample } from './train-samples.js';
import type { SampleRows } from './write/rows.js';

const versions = samples.flatMap(({ model, versions: all }) =>
  all.map(({ version }) => `${model}/${version}`),
);

let outDir: string;
let trained: readonly TrainedSample[];
const progress: string[] = [];

beforeAll(async () => {
  outDir = await mkdtemp(path.join(tmpdir(), 'serin-samples-'));
  trained = await trainSamples({
    outDir,
    onProgress: ({ model, version, done }) => progress.push(`${model}/${version} ${done}`),
  });
}, 240_000);
afterAll(() => rm(outDir, { recursive: true, force: true }));

describe('the sample models', () => {
  it('are all written, and shown while they are trained', () => {
    expect(trained.map(({ model, version }) => `${model}/${version}`)).toEqual(versions);
    expect(trained.every(({ outcome }) => outcome === 'written')).toBe(true);
    for (const version of versions) expect(progress).toContain(`${version} 1`);
  });

  it.each(versions)('%s: ONNX Runtime answers what the training code computed', async (name) => {
    const folder = path.join(outDir, name);
    const { golden } = parse(await readFile(path.join(folder, 'model.yaml'), 'utf8')) as {
      golden: GoldenRow[];
    };
    const file = path.join(folder, 'model.onnx');
    const session = await InferenceSession.create(file);
    const [input] = readOnnx(await readFile(file)).signature.inputs;
    expect(golden).toHaveLength(3);
    for (const { inputs, outputs, tolerance } of golden) {
      const values = Float32Array.from([inputs[input!.name]].flat(9) as number[]);
      const shape = [1, ...input!.shape.slice(1)];
      const answers = await session.run({ [input!.name]: new Tensor(values, shape) });
      const [[output, expected]] = Object.entries(outputs) as [[string, number[]]];
      const found = answers[output]?.data as Float32Array;
      expect(found).toHaveLength(expected.length);
      expected.forEach((value, at) => {
        expect(Math.abs(value - found[at]!)).toBeLessThanOrEqual(tolerance);
      });
    }
  });

  it.each(samples.map(({ model }) => model))('%s comes with rows to ask about', async (model) => {
    const sample = samples.find((one) => one.model === model)!;
    const text = await readFile(path.join(outDir, model, 'rows.json'), 'utf8');
    const { input, rows, labels } = JSON.parse(text) as SampleRows;
    expect(input).toBe(sample.input.name);
    expect(rows).toHaveLength(200);
    expect(new Set(labels)).toEqual(new Set(sample.labels));
    expect([rows[0]].flat(9)).toHaveLength(sample.input.shape.reduce((a, b) => a * b));
  });

  it('answers the request that every page shows', async () => {
    const session = await InferenceSession.create(path.join(outDir, 'churn/1/model.onnx'));
    const features = new Tensor('float32', [0.5, 1.2, 0.8, 0.3, 1.1], [1, 5]);
    const { probability } = await session.run({ features });
    expect(probability?.dims).toEqual([1, 1]);
    expect(probability?.data[0]).toBeGreaterThan(0.5);
  });

  it('predict better than guessing, but for the version that is meant to be worse', () => {
    expect(accuracyOf('churn/1')).toBeGreaterThan(0.65);
    expect(accuracyOf('churn/2')).toBeGreaterThan(0.65);
    expect(accuracyOf('churn/3')).toBeLessThan(accuracyOf('churn/1') - 0.05);
    expect(accuracyOf('wage-net/1')).toBeGreaterThan(0.6);
    expect(accuracyOf('wage-net/2')).toBeGreaterThan(0.6);
    expect(accuracyOf('digits/1')).toBeGreaterThan(0.93);
    expect(accuracyOf('digits/2')).toBeGreaterThan(accuracyOf('digits/1'));
  });

  it('are a model repository that Serin reads as it is', async () => {
    const repository = openRepository([outDir]);
    expect(await repository.list()).toEqual([
      { model: 'churn', versions: ['1', '2', '3'] },
      { model: 'digits', versions: ['1', '2'] },
      { model: 'wage-net', versions: ['1', '2'] },
    ]);
    expect(await repository.stableAtStart('churn')).toBe('1');
    const kinds: Record<string, string> = {};
    for (const name of versions) {
      const { prediction, golden, signature, model } = await repository.resolve(name);
      kinds[model] = `${prediction.output}: ${prediction.kind} of ${prediction.labels.length}`;
      expect(golden).toHaveLength(3);
      expect(isBatchable(signature)).toBe(true);
    }
    expect(kinds).toEqual({
      churn: 'probability: probability of 2',
      'wage-net': 'prediction: probability of 2',
      digits: 'probabilities: classes of 10',
    });
  });

  it('have the input shapes that their documentation promises', async () => {
    const repository = openRepository([outDir]);
    const shapes = ['churn/1', 'wage-net/1', 'digits/1'].map(async (name) => {
      const [input] = (await repository.resolve(name)).signature.inputs;
      return `${input!.name} ${formatShape(input!.shape)}`;
    });
    expect(await Promise.all(shapes)).toEqual([
      'features [N, 5]',
      'features [N, 2]',
      'image [N, 1, 28, 28]',
    ]);
  });
});

describe('training again', () => {
  it('makes a third version that is really worse, whatever the seed', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const folder = await mkdtemp(path.join(outDir, '.seed-'));
      const [first, , third] = await trainSamples({ outDir: folder, seed, models: ['churn'] });
      expect(third!.heldOutAccuracy).toBeLessThan(first!.heldOutAccuracy! - 0.05);
      await rm(folder, { recursive: true });
    }
  });

  it('makes the same files from the same seed, and others from another', async () => {
    const first = await digestsWith(7);
    expect(await digestsWith(7)).toEqual(first);
    const other = await digestsWith(8);
    for (const [name, digest] of Object.entries(first)) expect(other[name]).not.toBe(digest);
  });

  // All of them take seconds to learn from; how they are learnt from is the same for a few.
  it('learns the same from the same images of digits, in the same order', async () => {
    const learn = async (seed: number): Promise<unknown> => {
      const { training } = digits.load(randomFrom(`${seed}/digits/split`));
      const few = firstRows(training, 200);
      return digits.versions[0]!.train(few, randomFrom(`${seed}/digits/1`), () => undefined);
    };
    const first = await learn(7);
    expect(await learn(7)).toEqual(first);
    expect(await learn(8)).not.toEqual(first);
  });

  it('leaves versions alone that are there, and what their owner wrote', async () => {
    const config = path.join(outDir, 'churn', 'model.yaml');
    await writeFile(config, 'description: mine\n');
    const again = await trainSamples({ outDir, models: ['churn'] });
    expect(again.map(({ outcome }) => outcome)).toEqual(['kept', 'kept', 'kept']);
    expect(await readFile(config, 'utf8')).toBe('description: mine\n');
  });

  it('writes them anew when it is told to, and leaves nothing else behind', async () => {
    const file = path.join(outDir, 'churn', '1', 'model.onnx');
    const before = await stat(file);
    const again = await trainSamples({ outDir, models: ['churn'], force: true });
    expect(again.map(({ outcome }) => outcome)).toEqual(['written', 'written', 'written']);
    expect((await stat(file)).ino).not.toBe(before.ino);
    expect((await readdir(path.join(outDir, 'churn'))).toSorted()).toEqual(
      ['1', '2', '3', 'model.yaml', 'rows.json'].toSorted(),
    );
  });
});

function accuracyOf(name: string): number {
  const found = trained.find(({ model, version }) => `${model}/${version}` === name);
  return found?.heldOutAccuracy ?? Number.NaN;
}

/** SHA-256 of every file of the quickly trained models, by name. */
async function digestsWith(seed: number): Promise<Record<string, string>> {
  const folder = await mkdtemp(path.join(outDir, '.again-'));
  const quick = await trainSamples({ outDir: folder, seed, models: ['churn', 'wage-net'] });
  const digests: Record<string, string> = {};
  for (const { model, version } of quick) {
    const bytes = await readFile(path.join(folder, model, version, 'model.onnx'));
    digests[`${model}/${version}`] = createHash('sha256').update(bytes).digest('hex');
  }
  await rm(folder, { recursive: true });
  return digests;
}

function firstRows(table: Table, count: number): Table {
  return {
    ...table,
    count,
    features: table.features.slice(0, count * table.width),
    classes: table.classes.slice(0, count),
  };
}
