// SGR sequences, and no others, are in what is painted.

const piece = /\u001b\[\d+m|./gsu;

/** A line cut to so many columns; what paints it takes none and is kept. Pure. */
export function cutTo(columns: number, line: string): string {
  let used = 0;
  return (line.match(piece) ?? [])
    .filter((part) => part.startsWith('\u001b') || ++used <= columns)
    .join('');
}

/** A text broken between words into lines of at most so many columns, where its words allow. Pure. */
export function wrap(columns: number, text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
