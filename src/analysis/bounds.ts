import type { Estimate } from '../domain/evidence.js';

/** An estimate without the bounds that exclude nothing: JSON knows no infinity. */
export function estimateOf(
  unit: Estimate['unit'],
  value: number,
  low: number,
  high: number,
): Estimate {
  return {
    unit,
    value,
    ...(Number.isFinite(low) && !(unit === 'ratio' && low === 0) ? { low } : {}),
    ...(Number.isFinite(high) ? { high } : {}),
  };
}

/** The interval in words, with a leading comma; empty where nothing is excluded. */
export function sayBounds({ low, high }: Estimate, say: (bound: number) => string): string {
  if (low === undefined && high === undefined) return '';
  if (low === undefined) return `, at most ${say(high ?? 0)}`;
  if (high === undefined) return `, at least ${say(low)}`;
  return `, between ${say(low)} and ${say(high)}`;
}
