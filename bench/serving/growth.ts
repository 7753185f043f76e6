import { median } from './median.js';

/** How much a size grew while a server worked. */
export interface Growth {
  readonly from: number;
  readonly to: number;
  /** Of `from`: 0.1 where it grew by a tenth. */
  readonly share: number;
}

/**
 * Growth between the first and the second half of samples taken at even distances, by their medians:
 * one sample where the collector was late says nothing. The first fifth is left out: by its end
 * everything is compiled, and the heap has the size that the load needs. What leaks the same with
 * every request shows as half of what it leaks in the whole time that counts.
 * @returns NaN throughout for fewer than four samples
 */
export function growthOf(samples: readonly number[]): Growth {
  const counted = samples.slice(Math.ceil(samples.length / 5));
  const half = counted.length >> 1;
  if (half < 1 || samples.length < 4) return { from: NaN, to: NaN, share: NaN };
  const [from, to] = [median(counted.slice(0, half)), median(counted.slice(-half))];
  return { from, to, share: to / from - 1 };
}
