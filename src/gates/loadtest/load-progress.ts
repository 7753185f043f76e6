import type { Tally } from './results/tally.js';
import type { JudgedThreshold } from './thresholds/judge-thresholds.js';

/** How a load test is going. */
export interface LoadProgress {
  readonly phase: 'warm-up' | 'measuring' | 'waiting for answers';
  /** Of warm-up and measurement together. */
  readonly elapsedMs: number;
  readonly totalMs: number;
  /** Of the measurement alone, as planned. */
  readonly measuredMs: number;
  readonly underWay: number;
  readonly target: { readonly name: string; readonly tally: Tally };
  readonly stable: { readonly name: string; readonly tally: Tally } | undefined;
  readonly thresholds: readonly JudgedThreshold[];
}
