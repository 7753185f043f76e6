import { InvalidArgumentError } from 'commander';

const bytesOf: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
};

const msOf: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A size with its unit (`16MiB`), in bytes. */
export function parseBytes(text: string): number {
  return parseQuantity(text, bytesOf, 'a size with its unit: 16MiB, 512MB');
}

/** A time with its unit (`30s`), in milliseconds. */
export function parseDurationMs(text: string): number {
  return parseQuantity(text, msOf, 'a time with its unit: 500ms, 30s, 15m');
}

function parseQuantity(
  text: string,
  units: Readonly<Record<string, number>>,
  expected: string,
): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text.trim()) ?? [];
  const factor = units[unit];
  if (number === '' || factor === undefined)
    throw new InvalidArgumentError(`Expected ${expected}.`);
  return Math.round(Number(number) * factor);
}
