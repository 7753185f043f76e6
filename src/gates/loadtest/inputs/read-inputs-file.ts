import { readFile } from 'node:fs/promises';
import { SerinError } from '../../../domain/errors.js';
import { isObject } from '../answers/difference.js';
import type { LoadCase } from '../load-case.js';
import { casesOfHar } from './har.js';
import { caseOfItem } from './item.js';
import type { Asking } from './prediction-cases.js';

/**
 * Reads inputs: JSON lines, JSON (one item or a list of them), or a capture as browsers and proxies
 * write it (HAR).
 * @throws SerinError `inputs-invalid` with file and line, or with the item's number
 */
export async function readInputsFile(file: string, asking: Asking): Promise<LoadCase[]> {
  const text = await readText(file);
  const cases = casesOf(text, file, asking);
  if (cases.length === 0) throw invalid('at least one input', `none in ${file}`);
  return cases;
}

function casesOf(text: string, file: string, asking: Asking): LoadCase[] {
  const whole = parsedWhole(text);
  if (whole === undefined) return casesOfLines(text, file, asking);
  const { value } = whole;
  if (isObject(value) && isObject(value['log'])) return casesOfHar(value['log'], file, asking);
  // One row of numbers is a list as well, but nobody writes a file of one row so.
  const items =
    Array.isArray(value) && value.some((item) => typeof item === 'object') ? value : [value];
  return items.map((item, index) => caseOfItem(item, asking, `item ${index + 1} of ${file}`));
}

function casesOfLines(text: string, file: string, asking: Asking): LoadCase[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = `${file}:${index + 1}`;
    let item: unknown;
    try {
      item = JSON.parse(line);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw invalid('JSON in every line', `${reason} at ${place}`, cause);
    }
    return [caseOfItem(item, asking, place)];
  });
}

function parsedWhole(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // Several lines of JSON are no JSON; a mistake in them is found line by line.
    return undefined;
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    throw invalid(`a file at ${file}`, code, cause);
  }
}

function invalid(expected: string, found: string, cause?: unknown): SerinError {
  return new SerinError('inputs-invalid', { expected, found, cause });
}
