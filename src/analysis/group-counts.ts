import type { GroupSummary } from '../domain/summary.js';

/** Users are put into this many groups by their hash. */
export const groupCount = 50;

/** Sums of one arm over groups of users: what a variance needs when users keep their arm. */
export class GroupCounts {
  readonly requests: Float64Array;
  readonly logLatency: Float64Array;
  readonly errors: Float64Array;
  readonly slow: Float64Array;
  readonly predicted: Float64Array;
  readonly unusual: Float64Array;

  constructor(summary?: GroupSummary) {
    const from = (values?: readonly number[]): Float64Array =>
      values === undefined ? new Float64Array(groupCount) : Float64Array.from(values);
    this.requests = from(summary?.requests);
    this.logLatency = from(summary?.logLatency);
    this.errors = from(summary?.errors);
    this.slow = from(summary?.slow);
    this.predicted = from(summary?.predicted);
    this.unusual = from(summary?.unusual);
  }

  merge(other: GroupCounts): void {
    for (let group = 0; group < groupCount; group += 1) {
      for (const name of groupFields) {
        this[name][group] = (this[name][group] ?? 0) + (other[name][group] ?? 0);
      }
    }
  }

  toSummary(): GroupSummary {
    return {
      requests: [...this.requests],
      logLatency: [...this.logLatency],
      errors: [...this.errors],
      slow: [...this.slow],
      predicted: [...this.predicted],
      unusual: [...this.unusual],
    };
  }
}

const groupFields = [
  'requests',
  'logLatency',
  'errors',
  'slow',
  'predicted',
  'unusual',
] as const satisfies readonly (keyof GroupSummary)[];

/**
 * The group of a user. The hash is mixed first, because the arm was decided by its upper digits
 * (finaliser of MurmurHash3, Appleby 2011).
 */
export function groupOf(stickyHash: number): number {
  let mixed = Math.imul(stickyHash ^ (stickyHash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % groupCount;
}
