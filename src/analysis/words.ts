import type { CheckName } from '../domain/evidence.js';

/** Each check in words, as people say it; the page has the same. */
const checks: Readonly<Record<CheckName, string>> = {
  errors: 'errors',
  timeouts: 'time-outs',
  'latency-mean': 'mean latency',
  'latency-p95': 'p95 latency',
  'latency-p99': 'p99 latency',
  'latency-twice-p99': 'very slow requests',
  predictions: 'predictions',
  agreement: 'agreement',
  feedback: 'feedback',
};

/** `latency-mean` → `mean latency`; what is no check of this Serin is said as it is. */
export function sayCheck(check: string): string {
  return Object.hasOwn(checks, check) ? checks[check as CheckName] : check;
}

/** How evidence is said: `37 : 1`, and `1 : 4` where it speaks against. */
export function sayOdds(logE: number): string {
  if (logE >= Math.log(1e6)) return 'over 1,000,000 : 1';
  if (logE <= -Math.log(1e6)) return '1 : over 1,000,000';
  return logE >= 0 ? `${sayCount(Math.exp(logE))} : 1` : `1 : ${sayCount(Math.exp(-logE))}`;
}

/** A share or relative number as percent: 0.1234 → `12%`, 0.0123 → `1.2%`, 0.00123 → `0.12%`. */
export function sayPercent(share: number): string {
  return `${sayNumber(100 * share)}%`;
}

/** A relative tolerance of a latency and the least that it comes to: `5% and 0.5 ms`. */
export function sayBoth(
  tolerance: number,
  { latencyToleranceMs }: { readonly latencyToleranceMs: number },
): string {
  const relative = sayPercent(tolerance);
  return latencyToleranceMs === 0
    ? relative
    : `${relative} and ${sayNumber(latencyToleranceMs)} ms`;
}

/** A number with two or three digits that matter. */
export function sayNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1000) return grouped(value.toFixed(0));
  if (size >= 10) return value.toFixed(0);
  if (size >= 1) return trimmed(value.toFixed(1));
  if (size >= 0.001) return trimmed(value.toPrecision(2));
  return value.toExponential(1);
}

/** A whole number with its thousands set apart. */
export function sayCount(count: number): string {
  return count < 10 ? trimmed(count.toFixed(1)) : grouped(count.toFixed(0));
}

function trimmed(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
