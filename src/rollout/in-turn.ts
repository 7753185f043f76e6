/** Lets changes of the same thing wait for each other, in the order in which they were asked for. */
export class InTurn<Key> {
  readonly #last = new Map<Key, Promise<unknown>>();

  run<T>(key: Key, change: () => T | Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(change);
    const settled = turn.catch(() => undefined);
    this.#last.set(key, settled);
    return turn;
  }

  /** Resolves when everything asked for until now is done or has failed. */
  async settled(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}
