import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerReader, type RawAnswer } from './answer-reader.js';

/** Reads a stream of bytes that comes in pieces of these sizes, over and over. */
function readIn(pieces: readonly number[], bytes: Buffer): RawAnswer[] {
  const reader = new AnswerReader();
  const answers: RawAnswer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = pieces[turn % pieces.length] ?? 1;
    const answer = reader.read(bytes.subarray(at, at + size));
    if (answer !== undefined) answers.push(answer);
    at += size;
  }
  const last = reader.end();
  return last === undefined ? answers : [...answers, last];
}

function only(text: string): RawAnswer | undefined {
  return readIn([1 << 20], Buffer.from(text))[0];
}

const chunked =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=1\r\n{"a":\r\n4\r\n "é\r\n3\r\n"} \r\n0\r\nx: y\r\n\r\n';

describe('answers of a connection', () => {
  test('are the same in whatever pieces they come', () => {
    const sized = 'HTTP/1.1 201 Created\r\nContent-Length: 9\r\n\r\n{"a": 1} ';
    const untilClose = 'HTTP/1.0 200 OK\r\n\r\nall of it';
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
        fc.constantFrom(sized, chunked, untilClose),
        (pieces, text) => {
          const bytes = Buffer.from(text);
          expect(readIn(pieces, bytes)).toEqual([only(text)]);
        },
      ),
    );
    expect(only(sized)).toEqual({ status: 201, body: '{"a": 1} ', keepAlive: true });
    expect(only(chunked)).toEqual({ status: 200, body: '{"a": "é"} ', keepAlive: true });
    expect(only(untilClose)).toEqual({ status: 200, body: 'all of it', keepAlive: false });
  });

  test('end the connection where the server says so', () => {
    const withHeaders = (version: string, header: string) =>
      only(`HTTP/${version} 200 OK\r\n${header}content-length: 0\r\n\r\n`)?.keepAlive;
    expect(withHeaders('1.1', '')).toBe(true);
    expect(withHeaders('1.1', 'Connection: close\r\n')).toBe(false);
    expect(withHeaders('1.0', '')).toBe(false);
    expect(withHeaders('1.0', 'Connection: Keep-Alive\r\n')).toBe(true);
  });

  test('may have interim answers before them, and no body', () => {
    expect(
      only('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'),
    ).toEqual({ status: 204, body: '', keepAlive: true });
  });

  test.each([
    ['SSH-2.0-OpenSSH_9.2\r\n', 'it begins with "SSH-2.0-OpenSSH_9.2'],
    ['HTTP/2 200\r\n\r\n', 'it begins with "HTTP/2 200"'],
    ['HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n', 'its content-length is "x"'],
    [
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nab',
      '2 bytes came where its content-length is 1',
    ],
    ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'a chunk\'s size is "zz"'],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'it changes to another protocol (status 101)'],
  ])('that are none are refused: %j', (text, words) => {
    expect(() => only(text)).toThrow(words);
  });
});
