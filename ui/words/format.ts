/** Numbers as people read them. `–` stands for what is not known. */
const unknown = '–';

/** A whole number with its thousands set apart. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : Math.round(value).toLocaleString('en');
}

/** A number with the digits that matter. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return unknown;
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en');
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return trimmed(value.toFixed(1));
  if (size >= 1) return trimmed(value.toFixed(2));
  return size < 1e-9 ? '0' : trimmed(value.toPrecision(2));
}

/** Milliseconds; a second and more in seconds. */
export function ms(value: number | null | undefined): string {
  if (value === null || value === undefined) return unknown;
  return value < 1000 ? `${number(value)} ms` : `${number(value / 1000)} s`;
}

/** A number that is a percentage already. */
export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : `${number(value)}%`;
}

/** A share from 0 to 1. */
export function share(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : percent(100 * value);
}

/** With its sign, as differences are written. */
export function signed(value: number, words: string): string {
  return value > 0 ? `+${words}` : words.replace(/^-/, '−');
}

/** What a check's numbers are, by the unit of its estimate. */
export function estimate(value: number | null | undefined, unit: string | null): string {
  if (value === null || value === undefined) return unknown;
  if (unit === 'relative') return signed(value, share(value));
  if (unit === 'points') return signed(value, `${number(100 * value)} points`);
  if (unit === 'ratio') return `×${number(value)}`;
  return number(value);
}

/** How strong evidence is: `37 : 1`, and `1 : 4` where it speaks against. */
export function odds(logE: number): string {
  if (logE > Math.log(1e6)) return 'over 1,000,000 : 1';
  if (logE < -Math.log(1e6)) return '1 : over 1,000,000';
  const side = number(Math.exp(Math.abs(logE)));
  return logE >= 0 ? `${side} : 1` : `1 : ${side}`;
}

/** A stretch of time in one or two units: `1 min 30 s`. */
export function duration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return unknown;
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const first = units.findIndex(([size]) => seconds >= size);
  if (first === -1) return '0 s';
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, name] of units.slice(first, first + 2)) {
    const whole = Math.floor(rest / size);
    rest -= whole * size;
    if (whole > 0) parts.push(`${whole} ${name}`);
  }
  return parts.join(' ');
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return unknown;
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const power = value < 1 ? 0 : Math.min(3, Math.floor(Math.log2(value) / 10));
  return `${number(value / 1024 ** power)} ${units[power] ?? ''}`;
}

/** A moment, with its day where that is not today. */
export function moment(at: string | number): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString('en-GB');
  if (date.toDateString() === new Date().toDateString()) return time;
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })}, ${time}`;
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
