import { stripVTControlCharacters } from 'node:util';

const keptLines = 3;
const longest = 600;

/** What follows the path of an address: registries put the right to write an upload there. */
const query = /(https?:\/\/[^\s?"']+)\?[^\s"']*/g;

/** The end of what a program said, on one line: that is where it says why. */
export function lastWords(text: string): string {
  const lines = stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trim().replaceAll(query, '$1?…'))
    .filter((line) => line !== '');
  // Before it stands what went well.
  const error = lines.findLastIndex((line) => /^error\b/i.test(line));
  // The last line has most to say, so that it is the others that are cut.
  return lines
    .slice(Math.max(error, lines.length - keptLines, 0))
    .join(' / ')
    .slice(-longest);
}
