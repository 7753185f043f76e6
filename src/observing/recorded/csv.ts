import { SerinError } from '../../domain/errors.js';

/**
 * Reads CSV lines by their header (RFC 4180, but for line breaks inside quotes: an observation has
 * none).
 */
export function csvReader(header: string): (line: string) => Record<string, string> {
  const names = cellsOf(header).map((name) => name.trim().toLowerCase());
  return (line) => {
    const cells = cellsOf(line);
    if (cells.length !== names.length) {
      throw new SerinError('recording-invalid', {
        expected: `${names.length} cells (${names.join(', ')})`,
        found: String(cells.length),
      });
    }
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  };
}

function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '"') {
      // Two quotes inside quotes are one.
      if (quoted && line[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = !quoted;
    } else if (character === ',' && !quoted) {
      cells.push(cell);
      cell = '';
    } else cell += character;
  }
  return [...cells, cell];
}
