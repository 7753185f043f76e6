// SGR sequences, and no others, are in what is painted.

const piece = /\u001b\[\d+m|./gsu;

/** A line cut to so many columns, with an ellipsis; what paints it takes none and is kept. Pure. */
export function cutTo(columns: number, line: string): string {
  const pieces = line.match(piece) ?? [];
  const width = pieces.filter((part) => !part.startsWith('\u001b')).length;
  if (width <= columns) return line;
  let used = 0;
  return pieces
    .flatMap((part) => {
      if (part.startsWith('\u001b')) return [part];
      used += 1;
      return used < columns ? [part] : used === columns ? ['…'] : [];
    })
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
