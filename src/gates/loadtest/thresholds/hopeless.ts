import { sketchAccuracy } from '../../../stats/sketch.js';
import type { Tally } from '../results/tally.js';
import { writeLimit } from './words.js';
import type { Threshold } from './threshold.js';

/** How far a test has come. */
export interface Progress {
  readonly tally: Tally;
  /** Requests that will be measured in all, at most. */
  readonly requestsAtMost: number;
  /** Of the whole measurement. */
  readonly seconds: number;
  /** Good answers that can still come before the measurement ends, at most. */
  readonly goodStillPossible: number;
  /** Requests that are under way for longer than this already. */
  readonly waitingLongerThan: (ms: number) => number;
}

/**
 * Why a threshold cannot be kept any more, whatever the rest of the test brings; undefined while it
 * can.
 */
export function hopelessness(threshold: Threshold, progress: Progress): string | undefined {
  const { metric, limit, text } = threshold;
  const { tally, requestsAtMost } = progress;
  const { failed } = tally;
  switch (metric.kind) {
    case 'quantile': {
      const limitMs = watchedLimit(threshold) ?? limit;
      const slow = tally.over(limitMs) + progress.waitingLongerThan(limitMs);
      if (slow <= (1 - metric.share) * requestsAtMost + 1) return undefined;
      return `${text} cannot be kept any more: ${slow} requests took longer than ${writeLimit(threshold)}, and ${Math.floor((1 - metric.share) * requestsAtMost)} may`;
    }
    case 'max': {
      const slow = tally.over(limit) + progress.waitingLongerThan(limit);
      if (slow === 0) return undefined;
      return `${text} cannot be kept any more: a request took longer`;
    }
    case 'mean':
      if (tally.latencySum / requestsAtMost <= limit) return undefined;
      return `${text} cannot be kept any more, even if every other request took no time`;
    case 'error-share':
      if (failed <= limit * requestsAtMost) return undefined;
      return `${text} cannot be kept any more: ${failed} requests have failed, and ${Math.floor(limit * requestsAtMost)} may`;
    case 'error-count':
      if (failed <= limit) return undefined;
      return `${text} cannot be kept any more: ${failed} requests have failed`;
    case 'rps': {
      const best = (tally.goodInTime + progress.goodStillPossible) / progress.seconds;
      if (best >= limit) return undefined;
      return `${text} cannot be reached any more: ${best.toFixed(1)} a second at best`;
    }
  }
}

/** The latency whose excesses have to be counted for a threshold; undefined where none have. */
export function watchedLimit({ metric, limit }: Threshold): number | undefined {
  if (metric.kind === 'max') return limit;
  // The percentile at the end comes from a sketch; only what is beyond its error is certain.
  return metric.kind === 'quantile' ? limit * (1 + 2 * sketchAccuracy) : undefined;
}
