/**
 * FNV-1a, 32 bits (Fowler, Noll, Vo), of a text's UTF-16 units: quick, and for nothing that somebody
 * could gain by.
 * @returns 0 to 2³²−1
 */
export function hashOfText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
