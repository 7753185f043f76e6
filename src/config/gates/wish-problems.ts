import { SerinError } from '../../domain/errors.js';
import { datatypes } from '../../domain/tensor.js';
import { readRate, readThink } from '../../gates/loadtest/load-forms.js';
import { defaultGateTimes } from '../../gates/loadtest/gate-plan.js';
import { parseThreshold } from '../../gates/loadtest/thresholds/parse-threshold.js';
import { validationCodes } from '../../gates/validate/codes.js';
import { toDatatype } from '../../gates/validate/expectations.js';
import { nearestName } from '../nearest-name.js';
import { quote } from '../problem.js';
import { time } from '../units.js';
import type { WrittenLoadtestWishes, WrittenValidateWishes } from './wishes-schema.js';

/** A place in wishes, what was expected there, and what was found. */
export type WishProblem = readonly [path: readonly string[], expected: string, found: string];

/** What no schema can say of wishes for `validate`: names that there are not. */
export function validateWishProblems(written: WrittenValidateWishes): WishProblem[] {
  const problems: WishProblem[] = [];
  for (const side of ['inputs', 'outputs'] as const) {
    for (const [name, { datatype }] of Object.entries(written[side] ?? {})) {
      if (datatype === undefined || toDatatype(datatype) !== undefined) continue;
      const expected = `one of ${datatypes.join(', ')}`;
      problems.push([[side, name, 'datatype'], expected, quote(datatype)]);
    }
  }
  for (const code of Object.keys(written.accept ?? {})) {
    if (Object.hasOwn(validationCodes, code)) continue;
    const near = nearestName(code, Object.keys(validationCodes));
    const expected = near === undefined ? 'a code of a finding' : `a code of a finding, as ${near}`;
    problems.push([['accept', code], expected, quote(code)]);
  }
  return problems;
}

/**
 * What no schema can say of wishes for `loadtest`: that its parts go together.
 * @param longestMs that warm-up and measurement may take together
 */
export function loadtestWishProblems(
  written: WrittenLoadtestWishes,
  longestMs: number,
): WishProblem[] {
  const { rate, users, spawnRate, think, thresholds = [] } = written;
  const problems: WishProblem[] = [];
  const closed = { users, spawnRate, think };
  const [both] = Object.entries(closed).filter(([, value]) => value !== undefined);
  if (rate !== undefined && both !== undefined) {
    problems.push([[both[0]], 'either rate (open loop) or users (closed loop)', 'both']);
  }
  if (rate !== undefined && readRate(String(rate)) === undefined) {
    problems.push([['rate'], 'a rate above 0', quote(rate)]);
  }
  const thinkMs = think === undefined ? undefined : readThink(think);
  if (thinkMs !== undefined && thinkMs.to < thinkMs.from) {
    problems.push([['think'], 'the shorter time first, as 500ms..2s', quote(think)]);
  }
  thresholds.forEach((text, index) => {
    const problem = thresholdProblem(text);
    if (problem !== undefined) problems.push([['thresholds', String(index)], ...problem]);
  });
  return [...problems, ...timeProblems(written, longestMs)];
}

/** @throws SerinError `invalid-request` with the first of them */
export function requireNoProblems([first]: readonly WishProblem[]): void {
  if (first === undefined) return;
  const [path, expected, found] = first;
  throw new SerinError('invalid-request', { expected: `${path.join('.')}: ${expected}`, found });
}

function timeProblems(written: WrittenLoadtestWishes, longestMs: number): WishProblem[] {
  const { duration, warmUp } = written;
  const durationMs = duration === undefined ? defaultGateTimes.durationMs : time.read(duration);
  const warmUpMs = warmUp === undefined ? defaultGateTimes.warmUpMs : time.read(warmUp);
  if (durationMs === 0) return [[['duration'], 'a duration above 0s', quote(duration)]];
  if (durationMs + warmUpMs < longestMs) return [];
  const at = duration === undefined && warmUp !== undefined ? 'warmUp' : 'duration';
  const expected = `warm-up and duration of less than ${longestMs / 1000} s together, the time that it has`;
  return [[[at], expected, `${(durationMs + warmUpMs) / 1000} s`]];
}

function thresholdProblem(text: string): [expected: string, found: string] | undefined {
  try {
    parseThreshold(text);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof SerinError)) throw thrown;
    const { expected = 'a threshold such as p99<50ms', found = quote(text) } = thrown.words;
    return [expected, found];
  }
}
