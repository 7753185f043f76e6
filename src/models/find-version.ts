import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../domain/errors.js';
import { confine } from './files/confine.js';
import { modelFileName, type VersionFolder } from './folders.js';
import type { NamedVersion } from './named-version.js';

/**
 * Picks the version that is meant.
 * @param readings the likeliest first; the first that there is counts
 * @param roots absolute paths, symbolic links resolved
 * @throws SerinError `model-not-found`, `version-not-found` or `model-file-missing`, with what there
 * is; `path-outside-roots` where a link leads out
 */
export async function findVersion(
  readings: readonly NamedVersion[],
  known: readonly VersionFolder[],
  roots: readonly string[],
): Promise<VersionFolder> {
  for (const { model, version } of readings) {
    const fitting = known.filter(
      (one) => one.model === model && (version === undefined || one.version === version),
    );
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1) return only;
    if (fitting.length > 1) throw severalVersions(model, fitting);
  }
  for (const reading of readings) await refuseWhatIsIncomplete(reading, roots);
  throw nothingFound(readings, known);
}

function severalVersions(model: string, versions: readonly VersionFolder[]): SerinError {
  return new SerinError('model-file-missing', {
    expected: `one version: ${listed(versions.map(({ version }) => `${model}/${version}`))}`,
    found: `${JSON.stringify(model)}, which has ${versions.length}`,
  });
}

/** Says why a folder that is there is no version. */
async function refuseWhatIsIncomplete(
  { model, version = '' }: NamedVersion,
  roots: readonly string[],
): Promise<void> {
  // A name that is a path would be looked for elsewhere than in the folder that it names.
  if ([model, version].some((name) => !/^[\w.-]*$/.test(name) || name.startsWith('.'))) return;
  for (const root of roots) {
    const modelFolder = await confine(path.join(root, model), roots);
    if (modelFolder === undefined || version === '') continue;
    const folder = await confine(path.join(modelFolder, version), roots);
    if (folder === undefined) continue;
    await confine(path.join(folder, modelFileName), roots);
    throw new SerinError('model-file-missing', {
      expected: `the file ${modelFileName} in ${model}/${version}`,
      found: listed(await namesIn(folder)),
    });
  }
}

function nothingFound(
  readings: readonly NamedVersion[],
  known: readonly VersionFolder[],
): SerinError {
  const reading = readings.find(({ model }) => known.some((one) => one.model === model));
  if (reading?.version !== undefined) {
    const versions = known.filter(({ model }) => model === reading.model);
    return new SerinError('version-not-found', {
      expected: `one of ${listed(versions.map(({ version }) => version))}`,
      found: JSON.stringify(reading.version),
      fields: { model: reading.model, version: reading.version },
    });
  }
  const models = [...new Set(known.map(({ model }) => model))];
  const found = readings[0]?.model ?? '';
  return new SerinError('model-not-found', {
    expected: models.length === 0 ? 'a model in the repository' : `one of ${listed(models)}`,
    found: JSON.stringify(found),
    fields: { model: found },
  });
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** Names for an error message: the first twenty. */
function listed(names: readonly string[]): string {
  if (names.length === 0) return 'nothing';
  return names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
}
