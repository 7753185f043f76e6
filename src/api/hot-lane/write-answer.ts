import { STATUS_CODES } from 'node:http';
import type { HttpAnswer, HttpHeaders } from '../http-answer.js';

/** What an answer says beside what it is. */
export interface AnswerFrame {
  /** As RFC 9110 writes it. */
  readonly date: string;
  /** How long the connection stays open after it; undefined: it is closed. */
  readonly keepAliveSeconds: number | undefined;
}

/**
 * An answer as bytes of HTTP/1.1, with the headers that node:http would send.
 * @returns text where all of it is ASCII, which a socket writes without a copy
 * @throws Error when a header could not be told from what follows it
 */
export function writeAnswer(
  { status, headers, added, body }: HttpAnswer,
  { date, keepAliveSeconds }: AnswerFrame,
): string | Buffer {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
  head += headerLines(headers, added) + headerLines(added, undefined);
  const bytes = Buffer.byteLength(body);
  head += `content-length: ${bytes}\r\nDate: ${date}\r\n`;
  head +=
    keepAliveSeconds === undefined
      ? 'Connection: close\r\n\r\n'
      : `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAliveSeconds}\r\n\r\n`;
  if (typeof body === 'string' && bytes === body.length) return head + body;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body as string)]);
}

/** What node:http lets into a header's value; anything else could end the header (RFC 9110, 5.5). */
const forbidden = /[^\t\x20-\x7e\x80-\xff]/;

function headerLines(headers: HttpHeaders, winning: HttpHeaders | undefined): string {
  let lines = '';
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || name === 'connection' || winning?.[name] !== undefined) continue;
    if (typeof value === 'string') lines += headerLine(name, value);
    else for (const one of value) lines += headerLine(name, one);
  }
  return lines;
}

function headerLine(name: string, value: string): string {
  if (forbidden.test(value)) throw new Error(`the header ${name} has a forbidden character`);
  return `${name}: ${value}\r\n`;
}
