import { SerinError } from '../../domain/errors.js';
import type { Prediction } from '../../domain/observation.js';
import { findNonFinite } from '../protocols/non-finite.js';
import type { Answer, Call } from '../upstream.js';
import { binaryTensors, readBinaryPrediction } from './binary-tensors.js';
import { readJsonMessage, type JsonMessage } from './json-message.js';
import { readPrediction } from './read-prediction.js';

/** A server's answer, as far as Serin understands it. */
export interface UnderstoodAnswer {
  readonly message: JsonMessage;
  readonly prediction: Prediction | undefined;
}

/**
 * Reads a server's answer, and the first row's prediction in it.
 * @returns undefined for an answer that is no JSON object, which is passed on as it is
 * @throws SerinError `output-not-finite`, which says whether the request was finite: nothing finite
 * comes of one that is not, and no version is rolled back for that
 */
export function understandAnswer(
  body: Buffer,
  headers: Answer['headers'],
  call: Call,
): UnderstoodAnswer | undefined {
  try {
    const message = readJsonMessage(body, headers);
    if (message === undefined) return undefined;
    const prediction = readBinaryPrediction(message) ?? readPrediction(message.object);
    return { message, prediction };
  } catch (thrown) {
    if (!(thrown instanceof SerinError)) throw thrown;
    const inputsAreFinite = asksAboutFiniteNumbers(call);
    throw new SerinError(thrown.code, { ...thrown.words, fields: { inputsAreFinite } });
  }
}

/** As far as the request can be read; what cannot is not held against the server. */
function asksAboutFiniteNumbers({ body, headers }: Call): boolean {
  try {
    const message = readJsonMessage(body, { ...headers, 'content-type': 'application/json' });
    return message !== undefined && findNonFinite(binaryTensors(message, 'inputs')) === undefined;
  } catch {
    return false;
  }
}
