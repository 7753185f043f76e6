import type { VersionName } from '../../domain/ids.js';
import { Protocol } from '../../serving/upstream.js';
import type { PredictionAddress } from '../answer-request.js';

/** The head of a plain request for a prediction. Many requests may share one: it never changes. */
export interface PlainHead {
  /** All of it, with the empty line at its end. */
  readonly bytes: Buffer;
  readonly path: string;
  readonly address: PredictionAddress;
  /** Names in lower case, each of them once. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the body; at least 1. */
  readonly contentLength: number;
}

/** Of a head; node:http allows 16 KiB, and reads what is longer than this. */
export const maxHeadBytes = 4096;

/**
 * Reads the head of a request that can be understood in one way only: a POST of HTTP/1.1 to one of
 * the addresses that predict, with a body of a known length, and headers that are each sent once,
 * in visible ASCII. Everything else, however valid, is `other`: node's own parser reads it. So this
 * need not be a parser of HTTP, and no request means one thing here and another one there.
 * @param from where the head begins
 * @param known a head to compare with first: clients send the same one again and again
 * @returns `partial` when it may be a plain one whose end has not come
 */
export function readPlainHead(
  bytes: Buffer,
  from: number,
  known: PlainHead | undefined,
): PlainHead | 'partial' | 'other' {
  if (known !== undefined && isAt(bytes, from, known.bytes)) return known;
  const begins = Math.min(method.length, bytes.length - from);
  if (method.compare(bytes, from, from + begins, 0, begins) !== 0) return 'other';
  const end = bytes.subarray(from, from + maxHeadBytes).indexOf(emptyLine);
  if (end === -1) return bytes.length - from < maxHeadBytes ? 'partial' : 'other';
  const head = Buffer.from(bytes.subarray(from, from + end + emptyLine.length));
  return parseHead(head.toString('latin1', 0, end), head) ?? 'other';
}

const method = Buffer.from('POST /');
const emptyLine = Buffer.from('\r\n\r\n');

function isAt(bytes: Buffer, from: number, expected: Buffer): boolean {
  const to = from + expected.length;
  return to <= bytes.length && expected.compare(bytes, from, to) === 0;
}

function parseHead(text: string, bytes: Buffer): PlainHead | undefined {
  const [requestLine = '', ...lines] = text.split('\r\n');
  const path = /^POST (\/[A-Za-z0-9._/-]{1,300}) HTTP\/1\.1$/.exec(requestLine)?.[1];
  const address = path === undefined ? undefined : addressOf(path);
  const headers = headersOf(lines);
  if (path === undefined || address === undefined || headers === undefined) return undefined;
  const { host, connection, 'content-type': type, 'content-length': length } = headers;
  if (host === undefined || type === undefined || length === undefined) return undefined;
  if (!plainTypes.has(type) || !plainLength.test(length)) return undefined;
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return undefined;
  if (notPlain.some((name) => Object.hasOwn(headers, name))) return undefined;
  return { bytes, path, address, headers, contentLength: Number(length) };
}

const plainTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
  'application/octet-stream',
]);

const plainLength = /^[1-9][0-9]{0,6}$/;

/** What says that the body, or the connection, is not what it seems. */
const notPlain = [
  'content-encoding',
  'transfer-encoding',
  'te',
  'trailer',
  'expect',
  'upgrade',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
];

const name = '([A-Za-z0-9][A-Za-z0-9._-]{0,99})';
const inferPath = new RegExp(`^/v2/models/${name}(?:/versions/${name})?/infer$`);
const predictPath = new RegExp(`^/models/${name}/predict$`);

function addressOf(path: string): PredictionAddress | undefined {
  const { Predict, OpenInference } = Protocol;
  if (path === '/predict') return { protocol: Predict, model: undefined, version: undefined };
  const [, model] = predictPath.exec(path) ?? [];
  if (model !== undefined) return { protocol: Predict, model, version: undefined };
  const [, inferred, version] = inferPath.exec(path) ?? [];
  if (inferred === undefined) return undefined;
  return { protocol: OpenInference, model: inferred, version: version as VersionName | undefined };
}

/** `name: value`, one space, and a value that neither begins nor ends with one. */
const headerLine = /^([A-Za-z0-9-]{1,64}): ([!-~](?:[ -~]*[!-~])?)$/;

function headersOf(lines: readonly string[]): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const [, written, value] = headerLine.exec(line) ?? [];
    if (written === undefined || value === undefined) return undefined;
    const header = written.toLowerCase();
    if (Object.hasOwn(headers, header)) return undefined;
    headers[header] = value;
  }
  return Object.freeze(headers);
}
