import { stripVTControlCharacters } from 'node:util';

const keptLines = 3;
const longest = 600;

/** The end of what a program said, on one line: that is where it says why. */
export function lastWords(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  // The last line has most to say, so that it is the others that are cut.
  return lines.slice(-keptLines).join(' / ').slice(-longest);
}
