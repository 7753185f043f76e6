import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readLines } from './log-lines.js';

test('lines are handed on whole, wherever the stream is cut, without colours and empty lines', async () => {
  expect(await linesOf(['on', 'e\n\ntw', '\u001b[31mo\u001b[m\r\nthree'])).toEqual([
    'one',
    'two',
    'three',
  ]);
});

test('a line without an end takes no more than a line of memory', async () => {
  const [line] = await linesOf(Array<string>(100).fill('x'.repeat(1000)));
  expect(line).toHaveLength(1000);
});

test('a process that writes without pause does not fill the log', async () => {
  const lines = await linesOf(Array<string>(2000).fill('again\n'));
  expect(lines.length).toBeLessThan(500);
  expect(lines).toContain('(more lines in this second)');
});

async function linesOf(chunks: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = new PassThrough();
  readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  const closed = new Promise((resolve) => stream.on('close', resolve));
  stream.end();
  await closed;
  return lines;
}
