/**
 * The random choices of one simulation. The n-th choice of a kind depends on the seed, the kind and
 * n alone: muting one leaves the others as they were, so that a failing history can be shrunk.
 */
export class Choices {
  readonly #kinds = new Map<string, { readonly hash: number; count: number }>();
  /** The faults that happened, such as `crash before append#3`. */
  readonly happened: string[] = [];

  /** @param muted faults that do not happen in this run, though the seed says so */
  constructor(
    private readonly seed: number,
    private readonly muted: ReadonlySet<string> = new Set(),
  ) {}

  /** Whether a fault happens now. */
  happens(kind: string, probability: number): boolean {
    if (probability <= 0) return false;
    const [draw, count] = this.#draw(kind);
    if (draw >= probability) return false;
    const name = `${kind}#${count}`;
    if (this.muted.has(name)) return false;
    this.happened.push(name);
    return true;
  }

  /** A whole number from `least` to `most`, both included. */
  between(kind: string, least: number, most: number): number {
    return least + Math.floor(this.#draw(kind)[0] * (most - least + 1));
  }

  oneOf<T>(kind: string, values: readonly T[]): T {
    const value = values[this.between(kind, 0, values.length - 1)];
    if (value === undefined) throw new Error(`nothing to choose ${kind} from`);
    return value;
  }

  #draw(kind: string): [draw: number, count: number] {
    let known = this.#kinds.get(kind);
    if (known === undefined) {
      known = { hash: hashOf(kind), count: 0 };
      this.#kinds.set(kind, known);
    }
    known.count++;
    return [mixed(this.seed, known.hash, known.count) / 2 ** 32, known.count];
  }
}

/** FNV-1a, 32 bit (Fowler, Noll, Vo). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash;
}

/** Three words to one, each bit of which depends on all (finaliser of MurmurHash3, Appleby). */
function mixed(a: number, b: number, c: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  for (const word of [b, c]) {
    hash = Math.imul(hash ^ (hash >>> 16) ^ word, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}
