import type { OnnxVersion } from '../../domain/version.js';
import { Random } from '../../stats/random.js';
import { endpointOf } from '../loadtest/http/endpoint.js';
import { gatherCases, type InputSource } from '../loadtest/inputs/gather-cases.js';
import { madeUpRows } from '../loadtest/inputs/made-up-rows.js';
import { goldenCases, rowRequest } from '../loadtest/inputs/prediction-cases.js';
import type { LoadCase } from '../loadtest/load-case.js';

/** Without rows whose answers are known, so many are made up to see whether it answers at all. */
const rowsMadeUp = 3;
/** The same rows every time. */
const seed = 1;

/** The golden rows of a version; without any, a few that are made up. */
export function casesOfVersion(version: OnnxVersion, path: string): readonly LoadCase[] {
  const golden = goldenCases(version, { path });
  if (golden.length > 0) return golden;
  return madeUpRows(version.signature, rowsMadeUp, new Random(seed)).map((row) => ({
    request: rowRequest(row, version.signature, { path }),
  }));
}

/**
 * What is sent to a server: everything whose answer is known, or else a few made-up rows.
 * @throws SerinError as `gatherCases`
 */
export async function casesOfServer(
  url: string,
  source: Omit<InputSource, 'seed'>,
): Promise<readonly LoadCase[]> {
  const all = await gatherCases(url, endpointOf(url), { ...source, seed });
  const known = all.filter(({ expect }) => expect !== undefined);
  return known.length > 0 ? known : all.slice(0, rowsMadeUp);
}
