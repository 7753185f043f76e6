/** Draws text over what it drew before, on standard error; nothing where that is no terminal. */
export class LiveView {
  #lines = 0;

  /** Whether there is anything to draw on. */
  static get isPossible(): boolean {
    return process.stderr.isTTY;
  }

  draw(text: string): void {
    const { columns } = process.stderr;
    // A line that wraps would take two, and the next picture would begin in the wrong one.
    const lines = text.split('\n').map((line) => line.slice(0, columns - 1));
    process.stderr.write(
      `${this.#toTop()}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`,
    );
    this.#lines = lines.length;
  }

  /** Takes the picture away. */
  clear(): void {
    if (this.#lines > 0) process.stderr.write(`${this.#toTop()}\u001b[J`);
    this.#lines = 0;
  }

  #toTop(): string {
    return this.#lines === 0 ? '' : `\u001b[${this.#lines}A\r`;
  }
}
