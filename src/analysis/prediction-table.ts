import type { SketchSummary } from '../domain/summary.js';
import { QuantileSketch, sketchAccuracy } from '../stats/sketch.js';
import type { Bucket } from './bucket.js';
import type { PredictionCounts } from './prediction-counts.js';
import { Vocabulary } from './vocabulary.js';

/** Scores of stable that are needed before its deciles are fixed. */
const scoresForEdges = 500;

/** The state of the table as data; counts end with those of all other classes. */
export interface PredictionTableState {
  readonly labels: readonly string[];
  readonly classes: { readonly stable: readonly number[]; readonly canary: readonly number[] };
  readonly edges?: readonly number[];
  readonly cells: { readonly stable: readonly number[]; readonly canary: readonly number[] };
  readonly scores: { readonly stable: SketchSummary; readonly canary: SketchSummary };
}

/** All predictions of closed buckets: what decides which of them count as unusual from then on. */
export class PredictionTable {
  #vocabulary: Vocabulary;
  #classes: { stable: number[]; canary: number[] };
  #edges: readonly number[] | undefined;
  #cells: { stable: number[]; canary: number[] };
  readonly #scores: { stable: QuantileSketch; canary: QuantileSketch };

  constructor(state?: PredictionTableState) {
    this.#vocabulary = new Vocabulary(state?.labels);
    this.#classes = {
      stable: [...(state?.classes.stable ?? [0])],
      canary: [...(state?.classes.canary ?? [0])],
    };
    this.#edges = state?.edges;
    this.#cells = {
      stable: [...(state?.cells.stable ?? [])],
      canary: [...(state?.cells.canary ?? [])],
    };
    const sketch = (summary?: SketchSummary): QuantileSketch =>
      summary === undefined ? new QuantileSketch() : QuantileSketch.fromSummary(summary);
    this.#scores = {
      stable: sketch(state?.scores.stable),
      canary: sketch(state?.scores.canary),
    };
  }

  /** The classes that are told apart by now; those of earlier frames are the first of them. */
  get labels(): readonly string[] {
    return this.#vocabulary.labels;
  }

  /** What the next bucket is counted by. */
  frame(): {
    vocabulary: Vocabulary;
    unusualClasses: boolean[] | undefined;
    scoreEdges: readonly number[] | undefined;
    unusualCells: boolean[] | undefined;
  } {
    return {
      vocabulary: this.#vocabulary,
      unusualClasses: overRepresented(this.#classes),
      scoreEdges: this.#edges,
      unusualCells: overRepresented(this.#cells),
    };
  }

  /** Takes in one closed bucket. */
  addClosedBucket({ stable, canary, frame }: Bucket): void {
    const seen = new Map<string, number>();
    for (const arm of ['stable', 'canary'] as const) {
      const { predictions } = arm === 'stable' ? stable : canary;
      this.#addClasses(this.#classes[arm], predictions);
      for (const [label, count] of predictions.unknown) {
        seen.set(label, (seen.get(label) ?? 0) + count);
      }
      // Cells of a frame that knew no edges, or others, were not counted.
      if (frame.scoreEdges !== undefined) {
        for (const [cell, count] of predictions.cells.entries()) {
          this.#cells[arm][cell] = (this.#cells[arm][cell] ?? 0) + count;
        }
      }
      this.#scores[arm].merge(predictions.scores);
    }
    this.#grow(seen);
    this.#fixEdges();
  }

  /** Counts a class, or else a cell of the scores, for both arms; empty before the first. */
  counts(): { stable: readonly number[]; canary: readonly number[] } {
    const total = [...this.#classes.stable, ...this.#classes.canary].reduce((a, b) => a + b, 0);
    return total > 0 ? this.#classes : this.#cells;
  }

  /** With what each arm answers, where one gives scores only and the other classes only. */
  unlikeKinds(): { readonly stable: string; readonly canary: string } | undefined {
    const [stable, canary] = (['stable', 'canary'] as const).map((arm) => {
      const hasClasses = this.#classes[arm].some((count) => count > 0);
      const hasScores = this.#scores[arm].count > 0;
      return hasClasses === hasScores ? undefined : hasClasses ? 'classes' : 'scores';
    });
    if (stable === undefined || canary === undefined || stable === canary) return undefined;
    return { stable, canary };
  }

  /** The Kolmogorov-Smirnov distance of the scores; 0 where there are none. */
  scoreDistance(): number {
    return QuantileSketch.distance(this.#scores.canary, this.#scores.stable);
  }

  toState(): PredictionTableState {
    return {
      labels: this.#vocabulary.labels,
      classes: { stable: [...this.#classes.stable], canary: [...this.#classes.canary] },
      ...(this.#edges === undefined ? {} : { edges: this.#edges }),
      cells: { stable: [...this.#cells.stable], canary: [...this.#cells.canary] },
      scores: {
        stable: this.#scores.stable.toSummary(),
        canary: this.#scores.canary.toSummary(),
      },
    };
  }

  /** The bucket may know fewer classes than the table does by now; never others. */
  #addClasses(sums: number[], predictions: PredictionCounts): void {
    for (const [place, count] of predictions.known.entries()) {
      sums[place] = (sums[place] ?? 0) + count;
    }
    let others = predictions.other;
    for (const [label, count] of predictions.unknown) {
      const place = this.#vocabulary.placeOf(label);
      if (place === undefined) others += count;
      else sums[place] = (sums[place] ?? 0) + count;
    }
    const last = this.#vocabulary.size;
    sums[last] = (sums[last] ?? 0) + others;
  }

  #grow(seen: ReadonlyMap<string, number>): void {
    const fresh = new Map(
      [...seen].filter(([label]) => this.#vocabulary.placeOf(label) === undefined),
    );
    const grown = this.#vocabulary.with(fresh);
    const added = grown.size - this.#vocabulary.size;
    if (added === 0) return;
    for (const arm of ['stable', 'canary'] as const) {
      const sums = this.#classes[arm];
      const others = sums[sums.length - 1] ?? 0;
      // What these classes had so far stays with the others: a class has its own count from now on.
      this.#classes[arm] = [...sums.slice(0, -1), ...new Array<number>(added).fill(0), others];
    }
    this.#vocabulary = grown;
  }

  #fixEdges(): void {
    const { stable } = this.#scores;
    if (this.#edges !== undefined || stable.count < scoresForEdges) return;
    const deciles = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => stable.quantile(tenth / 10) ?? 0);
    this.#edges = edgesAround(deciles);
    const cells = (): number[] => new Array<number>((this.#edges?.length ?? 0) + 1).fill(0);
    this.#cells = { stable: cells(), canary: cells() };
  }
}

/**
 * The deciles, each once. Where some are the same (scores that are constant, or saturated at 0 or 1),
 * so much lies there that it gets a cell of its own, with an edge on either side: the sketch's own
 * value may be above or below, and what lies beside must not fall into the same cell.
 */
function edgesAround(deciles: readonly number[]): number[] {
  const edges = deciles.flatMap((decile, index) => {
    if (decile === deciles[index - 1]) return [];
    if (decile !== deciles[index + 1]) return [decile];
    const beside = Math.max(2 * sketchAccuracy * Math.abs(decile), Number.EPSILON);
    return [decile - beside, decile + beside];
  });
  return edges.sort((one, other) => one - other);
}

/**
 * S: the classes that the canary gives more often than stable, one added to every count.
 * @returns undefined before both arms have predicted anything
 */
function overRepresented(counts: {
  stable: readonly number[];
  canary: readonly number[];
}): boolean[] | undefined {
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const stable = sum(counts.stable);
  const canary = sum(counts.canary);
  if (stable === 0 || canary === 0) return undefined;
  const classes = counts.canary.length;
  return counts.canary.map(
    (count, index) =>
      (count + 1) / (canary + classes) > ((counts.stable[index] ?? 0) + 1) / (stable + classes),
  );
}
