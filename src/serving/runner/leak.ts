const everyMs = 100;

/** Takes memory and does not give it back, as a program that leaks does: for fault injection. */
export class Leak {
  readonly #held: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** From now on so many MiB more each second; 0 ends it and gives everything back. */
  set(mebibytesPerSecond: number): void {
    clearInterval(this.#timer);
    if (mebibytesPerSecond === 0) {
      this.#held.length = 0;
      return;
    }
    const bytes = Math.round((mebibytesPerSecond * 2 ** 20 * everyMs) / 1000);
    this.#timer = setInterval(() => {
      // Filled: memory that is never written to is not resident.
      this.#held.push(Buffer.alloc(bytes, 1));
    }, everyMs);
  }
}
