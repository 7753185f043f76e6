import { sayPercent } from '../../../analysis/words.js';
import type { Threshold, ThresholdMetric } from './threshold.js';

/** A latency as people read it: `0.42 ms`, `12.3 ms`, `1.24 s`. */
export function writeMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms > 0 && ms < 0.01) return 'under 0.01 ms';
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
}

/** A value of a metric with its unit. */
export function writeMetric({ kind }: ThresholdMetric, value: number): string {
  switch (kind) {
    case 'quantile':
    case 'mean':
    case 'max':
      return writeMs(value);
    case 'error-share':
      return sayPercent(value);
    case 'error-count':
      return String(value);
    case 'rps':
      return `${value.toFixed(value < 100 ? 1 : 0)}/s`;
  }
}

/** The limit of a threshold with its unit. */
export function writeLimit({ metric, limit }: Threshold): string {
  return writeMetric(metric, limit);
}
