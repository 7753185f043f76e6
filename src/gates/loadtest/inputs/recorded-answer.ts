import { isObject } from '../answers/difference.js';
import { defaultTolerance, type Expectation } from '../load-case.js';

/** What servers of models answer with; all else (times, ids) differs in each answer. */
const fields = [
  'prediction',
  'predictions',
  'probability',
  'probabilities',
  'label',
  'labels',
  'score',
  'scores',
  'outputs',
];

/**
 * What a recorded answer lets one expect of the next: the same status, and the same prediction where
 * it had one that can be found.
 * @param body JSON, or its text
 */
export function recordedExpectation(status: number, body: unknown): Expectation {
  const answer = typeof body === 'string' ? parsedOrUndefined(body) : body;
  const kept = isObject(answer)
    ? Object.fromEntries(Object.entries(answer).filter(([name]) => fields.includes(name)))
    : {};
  return {
    status,
    ...(status < 300 && Object.keys(kept).length > 0 ? { answer: kept } : {}),
    tolerance: defaultTolerance,
  };
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A recorded answer may be of any form; only JSON says what was predicted.
    return undefined;
  }
}
