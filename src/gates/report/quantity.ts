import type { RatioEstimate } from './report.js';

/** A number with its unit as people read it: `1.24 ms`, `12.3 MiB`, `0.71`, `40.5/s`, `2%`. */
export function writeQuantity(value: number, unit: string): string {
  if (unit === 'bytes') return writeBytes(value);
  const number = writeNumber(value);
  if (unit === '1/s') return `${number}/s`;
  return unit === '' || unit === '%' ? `${number}${unit}` : `${number} ${unit}`;
}

/** Bytes in the unit that fits: `512 B`, `6.2 KiB`, `1.5 GiB`. */
export function writeBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${value.toFixed(value < 100 ? 1 : 0)} ${['B', 'KiB', 'MiB', 'GiB'][power] ?? 'GiB'}`;
}

/** `1.8 times (1.6 to 2.1)` */
export function writeInterval({ estimate, low, high }: RatioEstimate): string {
  return `${writeNumber(estimate)} times (${writeNumber(low)} to ${writeNumber(high)})`;
}

/** Three significant digits, without zeros at the end; whole numbers as they are. */
export function writeNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  return String(Number(value.toPrecision(3)));
}
