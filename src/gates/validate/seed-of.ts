/**
 * A seed for each purpose, so that what is drawn for one says nothing of what is drawn for another:
 * FNV-1a (Fowler, Noll & Vo 1991) of the purpose, beginning at the seed.
 */
export function seedOf(purpose: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of purpose) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash;
}
