/** A source of random numbers that gives the same ones for the same seed, on every machine. */
export interface Random {
  /** A number from 0 (included) to 1 (left out). */
  uniform(): number;
  /** A draw from the normal distribution with mean 0 and variance 1. */
  gaussian(): number;
}

/**
 * Makes a source of random numbers from a text.
 * Source: xoshiro128**, D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators"
 * (2021); normal draws by G. Box and M. Muller (1958).
 * @param seed any text; other texts give unrelated numbers
 */
export function randomFrom(seed: string): Random {
  const next = xoshiro128(seed);
  const uniform = (): number => next() / 2 ** 32;
  return {
    uniform,
    gaussian: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** The numbers from 0 to `count` - 1 in random order (Fisher-Yates). */
export function shuffledIndices(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random.uniform() * (last + 1));
    const kept = order[last] as number;
    order[last] = order[other] as number;
    order[other] = kept;
  }
  return order;
}

function xoshiro128(seed: string): () => number {
  let [a, b, c, d] = fourWords(seed);
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Four words from a text: FNV-1a (G. Fowler, L. Noll, K. Vo), once for each word. */
function fourWords(text: string): [number, number, number, number] {
  const word = (start: number): number => {
    let hash = 0x811c9dc5 ^ start;
    for (const byte of Buffer.from(`${text}\0${start}`)) hash = Math.imul(hash ^ byte, 0x01000193);
    return hash;
  };
  return [word(1), word(2), word(3), word(4)];
}
