import path from 'node:path';
import type { Split } from './data/table.js';
import { inSinglePrecision } from './network/network.js';
import { accuracy } from './network/train.js';
import { randomFrom } from './random.js';
import { churn } from './samples/churn.js';
import { digits } from './samples/digits.js';
import type { Sample, SampleVersion } from './samples/sample.js';
import { wageNet } from './samples/wage-net.js';
import { exists, writeFolder, writeWholeFile } from './write/atomically.js';
import { modelYaml, versionYaml } from './write/model-yaml.js';
import { networkToOnnx } from './write/network-to-onnx.js';
import { rowsFileName, sampleRows } from './write/rows.js';

/** How far the training of one version is. */
export interface SampleProgress {
  readonly model: string;
  readonly version: string;
  /** The share of this version's work that is done, from 0 to 1. */
  readonly done: number;
}

/** A version that is there now. */
export interface TrainedSample {
  readonly model: string;
  readonly version: string;
  readonly folder: string;
  /** `kept`: its folder was there before, and was left alone. */
  readonly outcome: 'written' | 'kept';
  /** The share of held-out rows whose class it tells rightly; of versions written now. */
  readonly heldOutAccuracy?: number;
  readonly heldOutRows?: number;
}

export interface TrainSamplesOptions {
  /** The model repository to write to; made where it is missing. */
  readonly outDir: string;
  /** Only these models; all where it is left out. */
  readonly models?: readonly string[];
  /** The same seed gives the same files; 1985, the year of the survey, where it is left out. */
  readonly seed?: number;
  /** Whether version folders that are there already are written again. */
  readonly force?: boolean;
  readonly onProgress?: (progress: SampleProgress) => void;
}

const defaultSeed = 1985;

export const samples: readonly Sample[] = [churn, wageNet, digits];

/**
 * Trains the sample models and writes each version to `<outDir>/<model>/<version>`: model.onnx and
 * model.yaml. Beside the versions come the model's model.yaml and `rows.json`, with held-out rows to
 * ask for predictions on. A folder appears complete or not at all.
 * @returns every version, in the order of the samples
 * @throws SerinError `sample-data-missing` where the packages with the data are not installed
 */
export async function trainSamples(options: TrainSamplesOptions): Promise<TrainedSample[]> {
  const trained: TrainedSample[] = [];
  for (const sample of samples) {
    if (options.models?.includes(sample.model) === false) continue;
    trained.push(...(await trainSample(sample, options)));
  }
  return trained;
}

async function trainSample(sample: Sample, options: TrainSamplesOptions): Promise<TrainedSample[]> {
  const { outDir, seed = defaultSeed, force = false } = options;
  const folder = path.join(outDir, sample.model);
  const load = once(() => sample.load(randomFrom(`${seed}/${sample.model}/split`)));
  const trained: TrainedSample[] = [];
  for (const version of sample.versions) {
    trained.push(await trainVersion(sample, version, load, options));
  }
  const [config, rows] = [path.join(folder, 'model.yaml'), path.join(folder, rowsFileName)];
  if (force || !(await exists(config))) await writeWholeFile(config, modelYaml(sample));
  if (force || !(await exists(rows))) {
    await writeWholeFile(rows, `${JSON.stringify(sampleRows(sample, load().heldOut))}\n`);
  }
  return trained;
}

async function trainVersion(
  sample: Sample,
  { version, description, train }: SampleVersion,
  load: () => Split,
  { outDir, seed = defaultSeed, force = false, onProgress }: TrainSamplesOptions,
): Promise<TrainedSample> {
  const { model } = sample;
  const folder = path.join(outDir, model, version);
  const kept: TrainedSample = { model, version, folder, outcome: 'kept' };
  if (!force && (await exists(folder))) return kept;

  const { training, heldOut } = load();
  const random = randomFrom(`${seed}/${model}/${version}`);
  const learnt = await train(training, random, (done) => onProgress?.({ model, version, done }));
  const network = inSinglePrecision(learnt);
  const heldOutAccuracy = accuracy(network, heldOut);
  const words = `${description} Held-out accuracy ${percent(heldOutAccuracy)} of ${heldOut.count} rows.`;
  const files = {
    'model.onnx': networkToOnnx(network, sample, words),
    'model.yaml': versionYaml(network, sample, words, heldOut),
  };
  if (!(await writeFolder(folder, files, force))) return kept;
  return { ...kept, outcome: 'written', heldOutAccuracy, heldOutRows: heldOut.count };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
