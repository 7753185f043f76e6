/** In the order of these numbers, where two tokens differ in kind. */
const Rank = { PreRelease: 0, End: 1, Number: 2, Word: 3 } as const;

type Token =
  | { readonly rank: typeof Rank.PreRelease | typeof Rank.Word; readonly text: string }
  | { readonly rank: typeof Rank.Number; readonly value: bigint }
  | { readonly rank: typeof Rank.End };

/**
 * Compares names as people count: `2` < `10`, `1.9.0` < `1.10.0-rc1` < `1.10.0`, `v2` as `2`,
 * `2024-05-01` < `2024-05-02`.
 * @returns a number under 0, 0 only for equal names, or over 0: for `sort`
 */
export function compareNaturally(left: string, right: string): number {
  const [a, b] = [tokens(left), tokens(right)];
  // Each list ends with an End, which nothing equals but another End.
  const at = a.findIndex((token, index) => compareTokens(token, b[index] ?? end) !== 0);
  if (at === -1) return compare(left, right);
  return compareTokens(a[at] ?? end, b[at] ?? end);
}

const end: Token = { rank: Rank.End };

function tokens(name: string): Token[] {
  const parts = name.replace(/^v(?=\d)/i, '').matchAll(/-?(?:\d+|[A-Za-z]+)/g);
  return [...Array.from(parts, ([part]) => toToken(part)), end];
}

function toToken(part: string): Token {
  const text = part.replace('-', '');
  if (/^\d/.test(text)) return { rank: Rank.Number, value: BigInt(text) };
  return { rank: text === part ? Rank.Word : Rank.PreRelease, text };
}

function compareTokens(left: Token, right: Token): number {
  if (left.rank === Rank.Number && right.rank === Rank.Number) {
    return compare(left.value, right.value);
  }
  if ('text' in left && 'text' in right && left.rank === right.rank) {
    return compare(left.text, right.text);
  }
  return left.rank - right.rank;
}

function compare<T extends string | bigint>(left: T, right: T): number {
  return left < right ? -1 : Number(left > right);
}
