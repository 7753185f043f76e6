import { mkdirSync, writeFileSync } from 'node:fs';
import { repositoryFile } from './repository-file.js';

/** Writes results for people and for machines: bench/results/NAME.md and NAME.json. */
export function writeResults(name: string, text: string, values: unknown): void {
  mkdirSync(repositoryFile('bench/results/'), { recursive: true });
  writeFileSync(repositoryFile(`bench/results/${name}.md`), text);
  writeFileSync(
    repositoryFile(`bench/results/${name}.json`),
    `${JSON.stringify(values, rounded, 2)}\n`,
  );
  console.log(text);
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** More digits than a measurement has are noise. Whole numbers are counts and times of day: exact. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}
