import type { OnnxVersion } from '../../domain/version.js';
import { httpAsker } from '../loadtest/http/ask-http.js';
import { endpointOf } from '../loadtest/http/endpoint.js';
import { gatherCases, type InputSource } from '../loadtest/inputs/gather-cases.js';
import type { LoadCase } from '../loadtest/load-case.js';
import type { AskOnce } from '../loadtest/sender.js';
import type { SmokeSubject } from './subject.js';

/** Without rows whose answers are known, so many are made up to see whether it answers at all. */
const rowsMadeUp = 3;
/** The same rows every time. */
const seed = 1;
/** Until an answer to a row that is made up has to be there. */
const answerWithinMs = 10_000;

/**
 * The golden rows of a version, or what is sent instead; without any, a few that are made up.
 * @param subject the version, which has been started
 * @param items bodies of the Open Inference Protocol, as a file of requests has them
 * @throws SerinError as `gatherCases`
 */
export function casesOfVersion(
  version: OnnxVersion,
  subject: Pick<SmokeSubject, 'path' | 'ask'>,
  items?: readonly unknown[],
): Promise<readonly LoadCase[]> {
  return casesOfServer(`http://runner${subject.path}`, { version, items, headers: {} }, (request) =>
    subject.ask(request, answerWithinMs),
  );
}

/**
 * What is sent to a server: everything whose answer is known, or else a few made-up rows.
 * @param ask how it is asked whether it takes a row; by HTTP where nothing else is said
 * @throws SerinError as `gatherCases`
 */
export async function casesOfServer(
  url: string,
  source: Omit<InputSource, 'seed' | 'rowsMadeUp'>,
  ask: AskOnce = httpAsker(url, answerWithinMs),
): Promise<readonly LoadCase[]> {
  const target = { url, path: endpointOf(url).path, ask };
  const { cases } = await gatherCases([target], { ...source, seed, rowsMadeUp });
  const [all = []] = cases;
  const known = all.filter(({ expect }) => expect !== undefined);
  return known.length > 0 ? known : all.slice(0, rowsMadeUp);
}
