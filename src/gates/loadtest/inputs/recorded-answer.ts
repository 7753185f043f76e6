import { isObject } from '../answers/difference.js';
import { predictionFields } from '../answers/prediction-fields.js';
import { defaultTolerance, type Expectation } from '../load-case.js';

/**
 * What a recorded answer lets one expect of the next: the same status, and the same prediction where
 * it had one that can be found.
 * @param body JSON, or its text
 */
export function recordedExpectation(status: number, body: unknown): Expectation {
  const answer = typeof body === 'string' ? parsedOrUndefined(body) : body;
  const kept = isObject(answer)
    ? Object.fromEntries(Object.entries(answer).filter(([name]) => predictionFields.includes(name)))
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
