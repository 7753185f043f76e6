import { SerinError } from '../../domain/errors.js';
import type { Prediction } from '../../domain/observation.js';
import { decimalOf } from './decimal.js';

/** What the outputs of a recording are, where its form does not say it. */
export const RecordedOutput = { Class: 'class', Score: 'score' } as const;
export type RecordedOutput = (typeof RecordedOutput)[keyof typeof RecordedOutput];

/**
 * What was answered, as a prediction. In JSON a number is a score, a text or a boolean a class: `"3"`
 * is the class 3. A cell of CSV says less: one that is a number is a score, unless it is said that
 * outputs are classes.
 * @param isCell whether it is a cell of CSV
 * @param wished what all outputs are, where somebody says it
 * @throws SerinError `recording-invalid`
 */
export function predictionOfOutput(
  value: unknown,
  isCell: boolean,
  wished: RecordedOutput | undefined,
): Prediction | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw invalid('a number or a class', 'a structure');
  }
  const number = decimalOf(value);
  if (wished === RecordedOutput.Score && number === undefined) {
    throw invalid('a number, as outputs are scores', JSON.stringify(value));
  }
  const isScore =
    wished === undefined ? isCell || typeof value === 'number' : wished === RecordedOutput.Score;
  return isScore && number !== undefined
    ? { kind: 'score', value: number }
    : { kind: 'class', label: String(value) };
}

function invalid(expected: string, found: string): SerinError {
  return new SerinError('recording-invalid', { expected: `"output" to be ${expected}`, found });
}
