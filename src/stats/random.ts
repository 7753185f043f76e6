/**
 * Seeded randomness for simulations: xoshiro128** (Blackman & Vigna 2018), its state filled by
 * splitmix32. Pure in the sense that matters here: the same seed gives the same numbers.
 */
export class Random {
  readonly #state = new Int32Array(4);
  #spareNormal: number | undefined;

  /** @param seed any whole number; nearby seeds give unrelated sequences */
  constructor(seed: number) {
    let mixed = seed | 0;
    for (let index = 0; index < 4; index += 1) {
      mixed = (mixed + 0x9e3779b9) | 0;
      let word = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
      this.#state[index] = word ^ (word >>> 15);
    }
  }

  /** 32 random bits, from 0 to 2³² − 1. */
  bits(): number {
    const state = this.#state;
    const [a, b, c, d] = state as unknown as [number, number, number, number];
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const mixedC = c ^ a;
    const mixedD = d ^ b;
    state[1] = b ^ mixedC;
    state[0] = a ^ mixedD;
    state[2] = mixedC ^ (b << 9);
    state[3] = (mixedD << 11) | (mixedD >>> 21);
    return result >>> 0;
  }

  /** From 0 up to, not including, 1; 53 bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 67_108_864 + (this.bits() >>> 6)) / 9_007_199_254_740_992;
  }

  /** Whether an event of this probability happens. */
  happens(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A standard normal number: Marsaglia's polar method (1964). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.#spareNormal = y * scale;
        return x * scale;
      }
    }
  }
}
