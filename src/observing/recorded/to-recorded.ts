import type { RecordedObservation } from '../../analysis/replay/recorded-moments.js';
import { arms, type Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import type { RequestId } from '../../domain/ids.js';
import { Outcome } from '../../domain/observation.js';
import { toPercent, toShare } from '../../domain/share.js';
import { stickyHash } from '../../traffic/assign.js';
import { decimalOf } from './decimal.js';
import { predictionOfOutput, type RecordedOutput } from './recorded-output.js';

const known = ['time', 'arm', 'latency', 'outcome', 'output', 'weight', 'key', 'request_id'];
const outcomes: readonly string[] = Object.values(Outcome);

/** One line of a recording. */
export interface RecordedLine {
  readonly fields: Readonly<Record<string, unknown>>;
  /** How many observations came before. */
  readonly index: number;
  /** Of CSV: every field is a text. */
  readonly isCsv: boolean;
}

/**
 * One recorded line as an observation.
 * @param output what outputs are, where somebody says it
 * @throws SerinError `recording-invalid`
 */
export function toRecorded(
  { fields, index, isCsv }: RecordedLine,
  output?: RecordedOutput,
): RecordedObservation {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid(`fields of ${known.join(', ')}`, JSON.stringify(unknown));
  const { time, arm, latency, outcome, weight, key, request_id: id } = fields;
  const prediction = predictionOfOutput(fields['output'], isCsv, output);
  return {
    observation: {
      requestId: (isGiven(id) ? String(id) : String(index)) as RequestId,
      startedAtMs: timeOf(time),
      arm: armOf(arm),
      latencyMs: latencyOf(latency),
      outcome: outcomeOf(outcome),
      ...(prediction === undefined ? {} : { prediction }),
      ...(isGiven(key) ? { stickyHash: stickyHash(String(key), '') } : {}),
    },
    share: isGiven(weight) ? toShare(toPercent(weightOf(weight))) : undefined,
  };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Between the years 1 and 9999; a time in micro- or nanoseconds lies beyond. */
const earliestMs = Date.parse('0001-01-01T00:00:00Z');
const latestMs = Date.parse('9999-12-31T23:59:59Z');

/** Numbers under 10¹¹ are seconds since 1970: as milliseconds they would be of the year 1973. */
function timeOf(value: unknown): number {
  const number = decimalOf(value);
  const given =
    number === undefined
      ? Date.parse(typeof value === 'string' ? value : '')
      : Math.abs(number) < 1e11
        ? number * 1000
        : number;
  if (given >= earliestMs && given <= latestMs) return given;
  throw invalid('"time" in milliseconds, seconds, or RFC 3339', JSON.stringify(value));
}

function armOf(value: unknown): Arm {
  const arm = arms.find((name) => name === value);
  if (arm !== undefined) return arm;
  throw invalid('"arm" to be stable or canary', JSON.stringify(value));
}

function latencyOf(value: unknown): number {
  const latency = decimalOf(value);
  if (latency !== undefined && latency >= 0) return latency;
  throw invalid('"latency" in milliseconds, 0 or more', JSON.stringify(value));
}

function weightOf(value: unknown): number {
  const percent = decimalOf(value);
  if (percent !== undefined) return percent;
  throw invalid('"weight" in percent, a number', JSON.stringify(value));
}

function outcomeOf(value: unknown): Outcome {
  if (!isGiven(value)) return Outcome.Ok;
  const named = outcomes.find((name) => name === value);
  if (named !== undefined) return named as Outcome;
  // Logs of servers have statuses.
  const status = decimalOf(value) ?? NaN;
  if (Number.isInteger(status) && status >= 100 && status < 600) {
    return status === 504 ? Outcome.Timeout : status >= 500 ? Outcome.Error : Outcome.Ok;
  }
  throw invalid('"outcome" to be ok, error, timeout, or an HTTP status', JSON.stringify(value));
}

function invalid(expected: string, found: string): SerinError {
  return new SerinError('recording-invalid', { expected, found });
}
