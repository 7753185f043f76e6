import type { FrameSummary } from '../domain/summary.js';
import { Vocabulary } from './vocabulary.js';

/**
 * What counts as what while a bucket is open: decided by earlier buckets only. See FrameSummary;
 * this is the same, with the classes ready to be looked up.
 */
export interface BucketFrame {
  readonly openedAtMs: number;
  readonly slowStable: readonly number[] | undefined;
  readonly slowCanary: readonly number[] | undefined;
  readonly vocabulary: Vocabulary;
  /** One flag a class, and last the flag of all others. */
  readonly unusualClasses: readonly boolean[] | undefined;
  readonly scoreEdges: readonly number[] | undefined;
  readonly unusualCells: readonly boolean[] | undefined;
  readonly latencyFloorMs: number;
  readonly sticky: boolean;
}

/** The frame as data. */
export function summaryOfFrame(frame: BucketFrame): FrameSummary {
  const { slowStable, slowCanary, unusualClasses, scoreEdges, unusualCells } = frame;
  return {
    openedAtMs: frame.openedAtMs,
    ...(slowStable === undefined ? {} : { slowStable }),
    ...(slowCanary === undefined ? {} : { slowCanary }),
    classes: frame.vocabulary.labels,
    ...(unusualClasses === undefined ? {} : { unusualClasses }),
    ...(scoreEdges === undefined ? {} : { scoreEdges }),
    ...(unusualCells === undefined ? {} : { unusualCells }),
    latencyFloorMs: frame.latencyFloorMs,
    sticky: frame.sticky,
  };
}

/** The frame that was stored, or that another collector counts by. */
export function frameOfSummary(summary: FrameSummary): BucketFrame {
  return {
    openedAtMs: summary.openedAtMs,
    slowStable: summary.slowStable,
    slowCanary: summary.slowCanary,
    vocabulary: new Vocabulary(summary.classes),
    unusualClasses: summary.unusualClasses,
    scoreEdges: summary.scoreEdges,
    unusualCells: summary.unusualCells,
    latencyFloorMs: summary.latencyFloorMs,
    sticky: summary.sticky,
  };
}
