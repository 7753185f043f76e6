import { SerinError } from '../../../domain/errors.js';
import { isObject } from '../answers/difference.js';
import type { LoadCase } from '../load-case.js';
import { isHeader, isMethod } from './allowed.js';
import type { Asking } from './prediction-cases.js';
import { recordedExpectation } from './recorded-answer.js';

/** What is sent again; cookies and tokens of the one who was recorded are not. */
const keptHeaders = ['content-type', 'accept'];

/**
 * The requests of a capture that went to the path of the target, with the recorded predictions as
 * what is expected; of a target at `/`, all of them, each with its own path.
 * Source of the form: HTTP Archive (HAR) 1.2.
 * @throws SerinError `inputs-invalid` where no entry fits
 */
export function casesOfHar(
  log: Readonly<Record<string, unknown>>,
  file: string,
  { path }: Asking,
): LoadCase[] {
  const entries = (Array.isArray(log['entries']) ? log['entries'] : []).flatMap(toRecorded);
  const fitting = entries.filter(
    (entry) => path === '/' || pathOnly(entry.path) === pathOnly(path),
  );
  if (fitting.length > 0) return fitting.map(toCase);
  const paths = [...new Set(entries.map((entry) => pathOnly(entry.path)))].slice(0, 10);
  throw new SerinError('inputs-invalid', {
    expected: `requests to ${pathOnly(path)} in ${file}`,
    found: paths.length === 0 ? 'no request' : `requests to ${paths.join(', ')}`,
  });
}

interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly answer: unknown;
}

function toRecorded(entry: unknown): Recorded[] {
  if (!isObject(entry) || !isObject(entry['request'])) return [];
  const { method, url, headers, postData } = entry['request'];
  if (typeof method !== 'string' || typeof url !== 'string' || !URL.canParse(url)) return [];
  if (!isMethod(method)) return [];
  const { pathname, search } = new URL(url);
  const response = isObject(entry['response']) ? entry['response'] : {};
  const content = isObject(response['content']) ? response['content'] : {};
  const status = response['status'];
  return [
    {
      method,
      path: pathname + search,
      headers: headersOf(headers),
      body: isObject(postData) && typeof postData['text'] === 'string' ? postData['text'] : '',
      status: typeof status === 'number' && status >= 200 ? status : 200,
      answer: content['encoding'] === 'base64' ? undefined : content['text'],
    },
  ];
}

function headersOf(headers: unknown): Record<string, string> {
  if (!Array.isArray(headers)) return {};
  const pairs = headers.flatMap((header): [string, string][] => {
    if (!isObject(header)) return [];
    const { name, value } = header;
    return typeof name === 'string' && typeof value === 'string' && isHeader([name, value])
      ? [[name.toLowerCase(), value]]
      : [];
  });
  return Object.fromEntries(pairs.filter(([name]) => keptHeaders.includes(name)));
}

function toCase({ method, path, headers, body, status, answer }: Recorded): LoadCase {
  return {
    request: { method, path, headers, body },
    expect: recordedExpectation(status, answer),
  };
}

function pathOnly(path: string): string {
  return path.replace(/\?.*$/, '');
}
