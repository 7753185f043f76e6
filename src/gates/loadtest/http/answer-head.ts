/** What came is no answer in HTTP/1.1 that this reader understands; the message says what it is. */
export class MalformedAnswer extends Error {}

/** How a body is told from what follows it (RFC 9112, section 6.3). */
export type Framing =
  | { readonly kind: 'sized'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

export interface AnswerHead {
  readonly status: number;
  /** Whether the connection can carry another request. */
  readonly keepAlive: boolean;
  readonly framing: Framing;
}

/**
 * Reads status line and header fields. Only the three fields that matter to a connection are looked
 * for, each once: splitting all of them costs more than the rest of an answer.
 * @param head without the empty line at its end
 * @returns undefined for an interim answer (1xx), after which the real one comes
 * @throws MalformedAnswer
 */
export function readAnswerHead(head: string): AnswerHead | undefined {
  const [, minor, code] = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |\r|$)/.exec(head) ?? [];
  if (code === undefined) throw new MalformedAnswer(`it begins with ${quoted(head)}`);
  const status = Number(code);
  if (status === 101) throw new MalformedAnswer('it changes to another protocol (status 101)');
  if (status < 200) return undefined;
  const framing = framingOf(head, status);
  const [, connection = ''] = /\r\nconnection:([^\r]*)/i.exec(head) ?? [];
  const asked = minor === '1' ? !/\bclose\b/i.test(connection) : /\bkeep-alive\b/i.test(connection);
  return { status, keepAlive: asked && framing.kind !== 'until-close', framing };
}

/**
 * Refuses the beginning of what can be no answer, so that a server of another protocol is not waited
 * for.
 * @throws MalformedAnswer
 */
export function requireBeginning(head: Buffer): void {
  const wanted = 'HTTP/1.';
  const begun = head.toString('latin1', 0, wanted.length);
  if (!wanted.startsWith(begun)) {
    throw new MalformedAnswer(`it begins with ${quoted(head.toString('latin1', 0, 40))}`);
  }
  if (head.length > longestHeadBytes) throw new MalformedAnswer('its header has no end');
}

const longestHeadBytes = 64 * 1024;

function framingOf(head: string, status: number): Framing {
  if (status === 204 || status === 304) return { kind: 'sized', bytes: 0 };
  if (/\r\ntransfer-encoding:[^\r]*\bchunked[ \t]*(?:\r|$)/i.test(head)) return { kind: 'chunked' };
  const [, length] = /\r\ncontent-length:[ \t]*([^\r]*?)[ \t]*(?:\r|$)/i.exec(head) ?? [];
  if (length === undefined) return { kind: 'until-close' };
  if (!/^\d{1,15}$/.test(length)) {
    throw new MalformedAnswer(`its content-length is ${quoted(length)}`);
  }
  return { kind: 'sized', bytes: Number(length) };
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
