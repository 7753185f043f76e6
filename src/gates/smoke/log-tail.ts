const linesKept = 30;
const longestLine = 500;

/** The last lines that a process wrote. */
export class LogTail {
  readonly #lines: string[] = [];
  #partial = '';

  /** Takes text as it comes, in whatever pieces. */
  write(text: string): void {
    const [first = '', ...others] = text.split('\n');
    this.#partial = (this.#partial + first).slice(0, longestLine);
    for (const other of others) {
      this.add(this.#partial);
      this.#partial = other.slice(0, longestLine);
    }
  }

  add(line: string): void {
    if (line.trim() === '') return;
    this.#lines.push(line.trimEnd());
    if (this.#lines.length > linesKept) this.#lines.shift();
  }

  lines(): readonly string[] {
    return this.#partial.trim() === '' ? [...this.#lines] : [...this.#lines, this.#partial];
  }
}
