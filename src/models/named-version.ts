import path from 'node:path';
import { SerinError } from '../domain/errors.js';
import { isInside, outside, realPathOf } from './files/confine.js';
import { modelFileName, partFlatName } from './folders.js';

/** What somebody who gives a path may mean: a model, and one of its versions. */
export interface NamedVersion {
  readonly model: string;
  /** Left out where only a model is named. */
  readonly version?: string;
}

/**
 * The ways to read what somebody gave as a model's path, the likeliest first: `churn/2`, `churn_v2`,
 * `models/churn/2`, `./models/churn/2/model.onnx`, an absolute path, or `churn` alone. This looks at
 * names; where links lead is seen when a version is found.
 * @param roots absolute; both as they were given and with links resolved
 * @throws SerinError `path-outside-roots`; `model-file-missing` when it cannot be a version's path
 */
export async function readingsOf(
  given: string,
  roots: readonly string[],
): Promise<readonly NamedVersion[]> {
  const paths = given.includes('\0') ? [] : await pathsWithin(given, roots);
  if (paths.length === 0) throw outside(given);
  const readings = paths.flatMap(toNames);
  if (readings.length > 0) return readings;
  throw new SerinError('model-file-missing', {
    expected: '<model>/<version>, or a path to such a folder or its model.onnx',
    found: JSON.stringify(given.slice(0, 200)),
  });
}

/** What is given as paths within a root; none where all lead out. */
async function pathsWithin(given: string, roots: readonly string[]): Promise<readonly string[]> {
  const real = path.isAbsolute(given) ? await realPathOf(given) : undefined;
  const within = [path.resolve(given), ...(real === undefined ? [] : [real])].flatMap((candidate) =>
    roots.filter((root) => isInside(candidate, root)).map((root) => path.relative(root, candidate)),
  );
  if (path.isAbsolute(given)) return within;

  const relative = path.normalize(given);
  const [first, ...rest] = relative.split(path.sep);
  if (first === '..') return within;
  const namesRoot = roots.some((root) => path.basename(root) === first);
  return [...within, ...(namesRoot ? [rest.join(path.sep)] : []), relative];
}

function toNames(relative: string): NamedVersion[] {
  const parts = relative.split(path.sep).filter((part) => part !== '' && part !== '.');
  if (parts.at(-1) === modelFileName) parts.pop();
  const [model, version, ...more] = parts;
  if (model === undefined || more.length > 0) return [];
  if (version !== undefined) return [{ model, version }];
  const flat = partFlatName(model);
  return flat === undefined ? [{ model }] : [{ model }, flat];
}
