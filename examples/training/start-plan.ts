import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { modelFileName } from '../../src/models/folders.js';
import { readOnnx } from '../../src/models/onnx/read.js';
import { openRepository, type ModelListing } from '../../src/models/repository.js';
import { samples } from './train-samples.js';
import { producerName } from './write/network-to-onnx.js';

/** What `npm start` does about the sample models before it serves a folder. */
export interface StartPlan {
  /** Whether samples are missing, in a folder that holds nothing else. */
  readonly trains: boolean;
  /** Whether all that is served then are samples: requests that name no model go to `churn`, and faults may be injected. */
  readonly isDemo: boolean;
}

/** The model of a demo's requests that name none. */
export const demoModel = 'churn';

/**
 * Decides by what lies in a folder of models now, not by a marker that outlives it: a version is a
 * sample where its file says that the training wrote it. Samples are trained into an empty folder,
 * or to complete what an interrupted training began; never beside models of somebody's own.
 * @param folder need not be there
 */
export async function planStart(folder: string): Promise<StartPlan> {
  const names = await modelFolders(folder);
  const listings = await openRepository([folder]).list();
  if (!(await areAllSamples(folder, names, listings))) return { trains: false, isDemo: false };
  return { trains: isAnyMissing(listings), isDemo: true };
}

async function modelFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch((thrown: unknown) => {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  });
  return entries.filter((name) => !name.startsWith('.'));
}

async function areAllSamples(
  folder: string,
  names: readonly string[],
  listings: readonly ModelListing[],
): Promise<boolean> {
  // What has a sample's name but no complete version is not ours either: nothing may be put there.
  const isKnown = (name: string): boolean =>
    samples.some(({ model }) => model === name) && listings.some(({ model }) => model === name);
  if (!names.every(isKnown)) return false;
  const files = listings.flatMap(({ model, versions }) =>
    versions.map((version) => path.join(folder, model, version, modelFileName)),
  );
  return (await Promise.all(files.map(isWrittenByTraining))).every(Boolean);
}

async function isWrittenByTraining(file: string): Promise<boolean> {
  try {
    return readOnnx(await readFile(file)).producer === producerName;
  } catch {
    // Not ours to report: whoever serves the file says what is wrong with it.
    return false;
  }
}

function isAnyMissing(listings: readonly ModelListing[]): boolean {
  return samples.some(({ model, versions }) => {
    const there: readonly string[] = listings.find((one) => one.model === model)?.versions ?? [];
    return versions.some(({ version }) => !there.includes(version));
  });
}
