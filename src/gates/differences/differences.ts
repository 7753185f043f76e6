import type { Tensor } from '../../domain/tensor.js';

/** Where a row comes from. */
export const RowSource = {
  /** Its answer is known: of a model.yaml, or a file that it names. */
  Golden: 'golden',
  /** Somebody recorded it. */
  Recorded: 'recorded',
  /** Nobody ever sent it. */
  MadeUp: 'made-up',
} as const;
export type RowSource = (typeof RowSource)[keyof typeof RowSource];

/** What two versions answered to the same row. */
export interface AnsweredRow {
  readonly source: RowSource;
  readonly inputs: readonly Tensor[];
  readonly stable: RowAnswer;
  readonly canary: RowAnswer;
}

/** One version's prediction for one row. */
export interface RowAnswer {
  /** Its class by name; undefined for a score. */
  readonly label: string | undefined;
  /** The numbers of the prediction's output; empty where it holds text. */
  readonly numbers: readonly number[];
}

/** How many rows lie how far apart. */
export interface DistanceBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

/** Rows whose class changed from one to another. */
export interface ClassChange {
  readonly stable: string;
  readonly canary: string;
  readonly rows: number;
}

/** Where two versions differ on the same rows, without any traffic. */
export interface Differences {
  /** Rows that both answered, by where they come from. */
  readonly rows: Readonly<Record<RowSource, number>>;
  readonly compared: number;
  /** Rows that one of them did not answer. */
  readonly failed: { readonly stable: number; readonly canary: number };
  /** Rows of the same class; undefined for scores. */
  readonly agreeing: number | undefined;
  /** Rows whose class changed, the most frequent change first. */
  readonly changes: readonly ClassChange[];
  /**
   * How far the numbers of the prediction are apart, canary minus stable; of a row with several
   * numbers, the one that is furthest apart. Undefined where they are no numbers.
   */
  readonly distance:
    | {
        readonly mean: number;
        readonly median: number;
        /** Without its sign. */
        readonly largest: number;
        readonly exactlyEqual: number;
        readonly bins: readonly DistanceBin[];
      }
    | undefined;
  /** The rows that differ most: first those of another class, then those furthest apart. */
  readonly furthest: readonly (AnsweredRow & { readonly apart: number | undefined })[];
}
