import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

const longestLine = 1000;
const mostLinesPerSecond = 50;

/**
 * Hands on what a process writes, line by line, but never so much that it could fill a log or a
 * memory: long lines are cut, and beyond 50 lines a second the rest is dropped, and said to be.
 */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  let line = '';
  let secondStartedAtMs = -Infinity;
  let linesThisSecond = 0;

  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [first = '', ...others] = chunk.split('\n');
    grow(first);
    for (const text of others) {
      finish();
      grow(text);
    }
  });
  stream.on('close', finish);

  function grow(text: string): void {
    if (line.length < longestLine) line += text.slice(0, longestLine - line.length);
  }

  function finish(): void {
    const complete = stripVTControlCharacters(line).trim();
    line = '';
    if (complete === '') return;
    const nowMs = performance.now();
    if (nowMs - secondStartedAtMs >= 1000) {
      secondStartedAtMs = nowMs;
      linesThisSecond = 0;
    }
    linesThisSecond++;
    if (linesThisSecond <= mostLinesPerSecond) onLine(complete);
    else if (linesThisSecond === mostLinesPerSecond + 1) onLine('(more lines in this second)');
  }
}
