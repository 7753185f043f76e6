import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { RecordedObservation } from '../../analysis/replay/recorded-moments.js';
import { SerinError } from '../../domain/errors.js';
import { csvReader } from './csv.js';
import type { RecordedOutput } from './recorded-output.js';
import { toRecorded } from './to-recorded.js';

/**
 * Reads a recorded stream of observations: JSON lines, or CSV with a header. Fields: `time`
 * (milliseconds, seconds or RFC 3339), `arm`, `latency` (milliseconds), and where they are there
 * `outcome`, `output`, `weight` (percent of the canary), `key`.
 * @param output what outputs are, where the form does not say it: see `predictionOfOutput`
 * @throws SerinError `recording-invalid` with file and line
 */
export async function readRecorded(
  file: string,
  output?: RecordedOutput,
): Promise<RecordedObservation[]> {
  const recorded: RecordedObservation[] = [];
  let line = 0;
  let readLine: ((text: string) => Record<string, unknown>) | undefined;
  try {
    for await (const text of createInterface({ input: createReadStream(file) })) {
      line += 1;
      if (text.trim() === '') continue;
      if (readLine === undefined && !text.trimStart().startsWith('{')) {
        readLine = csvReader(text);
        continue;
      }
      readLine ??= readJson;
      const isCsv = readLine !== readJson;
      recorded.push(toRecorded({ fields: readLine(text), index: recorded.length, isCsv }, output));
    }
  } catch (thrown) {
    throw atLine(thrown, file, line);
  }
  if (recorded.length === 0) {
    throw new SerinError('recording-invalid', {
      expected: 'observations',
      found: `none in ${file}`,
    });
  }
  return recorded;
}

function readJson(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new SerinError('recording-invalid', {
    expected: 'a JSON object',
    found: text.slice(0, 80),
  });
}

function atLine(thrown: unknown, file: string, line: number): SerinError {
  if (thrown instanceof SerinError) {
    const { expected, found } = thrown.words;
    return new SerinError('recording-invalid', {
      expected: expected ?? 'a recorded observation',
      found: `${found ?? 'none'} at ${file}:${line}`,
      cause: thrown,
    });
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const where = line === 0 ? file : `${file}:${line}`;
  return new SerinError('recording-invalid', { found: `${reason} at ${where}`, cause: thrown });
}
