import type { DistanceBin } from './differences.js';

/** About so many bars are told apart at a glance. */
const wantedBins = 21;

/** Smaller ones have no width that a double could hold. */
const leastApart = 1e-300;

/**
 * Sorts differences into bins of one round width (1, 2 or 5 times a power of ten), the middle one
 * around zero, so that what is equal stands in one bar and not on an edge between two.
 * @param distances finite numbers
 */
export function distanceBins(distances: readonly number[]): DistanceBin[] {
  const most = distances.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (distances.length === 0) return [];
  if (most < leastApart) return [{ from: 0, to: 0, rows: distances.length }];
  const width = roundWidth((2 * most) / wantedBins);
  const placeOf = (value: number): number => Math.round(value / width);
  const places = distances.map(placeOf);
  const first = places.reduce((min, place) => Math.min(min, place), 0);
  const last = places.reduce((max, place) => Math.max(max, place), 0);
  return Array.from({ length: last - first + 1 }, (_, i) => {
    const middle = first + i;
    return {
      from: (middle - 0.5) * width,
      to: (middle + 0.5) * width,
      rows: places.filter((place) => place === middle).length,
    };
  });
}

/** The next larger of 1, 2, 5, 10 … */
function roundWidth(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const step = [1, 2, 5].find((factor) => factor * power >= atLeast) ?? 10;
  return step * power;
}
