/** How a quantity with its unit is written in serin.yaml, and what it is worth. */
export interface Unit {
  /** A regular expression for the whole text. */
  readonly pattern: string;
  /** In words, with an example, for errors and editors. */
  readonly words: string;
  /** The value of a text that fits the pattern. */
  readonly read: (text: string) => number;
}

const number = '[0-9]+(?:\\.[0-9]+)?';
const millisecondsOf = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const bytesOf = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
} as const;

/** `500ms`, `30s`, `15m`, `2h`, `1d` → milliseconds. */
export const time: Unit = {
  pattern: `^${number}(?:ms|s|m|h|d)$`,
  words: 'a time with its unit (ms, s, m, h, d), such as 30s or 15m',
  read: (text) => scaled(text, millisecondsOf),
};

/** `10%` → 0.1. From 0% to 100%. */
export const share: Unit = {
  pattern: '^(?:100(?:\\.0+)?|[0-9]{1,2}(?:\\.[0-9]+)?)%$',
  words: 'a share from 0% to 100% with its unit, such as 10% or 0.5%',
  read: (text) => Number.parseFloat(text) / 100,
};

/** `10%` → 10. From 0% to 100%. */
export const percent: Unit = { ...share, read: (text) => Number.parseFloat(text) };

/** `512MiB`, `2GiB`, `1GB` → bytes. */
export const size: Unit = {
  pattern: `^${number}(?:B|KB|MB|GB|KiB|MiB|GiB)$`,
  words: 'a size with its unit (B, KB, MB, GB, KiB, MiB, GiB), such as 512MiB',
  read: (text) => Math.round(scaled(text, bytesOf)),
};

/** Milliseconds as people write them: `30s`, `15m`, `1h 30m`. */
export function writeTime(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  let rest = Math.round(ms / 1_000);
  const parts: string[] = [];
  for (const [unit, seconds] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

function scaled(text: string, factors: Readonly<Record<string, number>>): number {
  const amount = Number.parseFloat(text);
  const unit = text.replace(/^[0-9.]+/, '');
  return amount * (factors[unit] ?? Number.NaN);
}
