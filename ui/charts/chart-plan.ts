import type { Explained as Key } from '../words/explanations.js';
import type { Colour } from './colour.js';
import type { Reading } from './columns.js';

/** One line over time. */
export interface Line {
  readonly name: string;
  readonly colour: Colour;
  readonly read: Reading;
  readonly dashed?: boolean;
  /** Bounds of a band are drawn thin, and not named. */
  readonly isBound?: boolean;
}

/** A level that lines are compared with; it may move, and so is no part of the plan. */
export interface Level {
  readonly at: number;
  readonly words: string;
  readonly colour: Colour;
}

export interface ChartPlan {
  readonly title: string;
  readonly of: Key;
  readonly format: (value: number | null | undefined) => string;
  readonly lines: readonly Line[];
  /** The two lines between which the chart is tinted. */
  readonly band?: readonly [high: number, low: number];
  /** `free` and `log` show what is there, without rare outliers. */
  readonly axis: 'from-zero' | 'free' | 'log';
  /** Where nothing is there, the axis goes this far all the same. */
  readonly atLeastTo?: number;
  /** Pixels. */
  readonly height: number;
}
