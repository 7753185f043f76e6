import type { Prediction } from '../domain/observation.js';
import type { PredictionSummary } from '../domain/summary.js';
import { cellOf } from '../stats/deciles.js';
import { refuse } from '../stats/require.js';
import { QuantileSketch } from '../stats/sketch.js';
import type { BucketFrame } from './bucket-frame.js';
import { classLimit, labelLimit, mostFrequent } from './vocabulary.js';

/** How many classes that the frame does not know are noted in one bucket. */
const unknownLimit = 64;

/** The predictions of one arm in one bucket. */
export class PredictionCounts {
  predicted = 0;
  unusual = 0;
  readonly known: number[];
  #unknown = new Map<string, number>();
  other = 0;
  readonly cells: number[];
  readonly scores = new QuantileSketch();

  constructor(frame: BucketFrame) {
    this.known = new Array<number>(frame.vocabulary.size).fill(0);
    this.cells = new Array<number>((frame.scoreEdges?.length ?? -1) + 1).fill(0);
  }

  /** Classes that the frame does not know, with how often each was seen. */
  get unknown(): ReadonlyMap<string, number> {
    return this.#unknown;
  }

  /**
   * Counts one prediction.
   * @returns whether the canary was giving its like too often before this bucket
   */
  record(prediction: Prediction, frame: BucketFrame): boolean {
    this.predicted += 1;
    const unusual =
      prediction.kind === 'class'
        ? this.#recordClass(prediction.label, frame)
        : this.#recordScore(prediction.value, frame);
    if (unusual) this.unusual += 1;
    return unusual;
  }

  merge(other: PredictionCounts): void {
    this.predicted += other.predicted;
    this.unusual += other.unusual;
    addEach(this.known, other.known);
    addEach(this.cells, other.cells);
    this.other += other.other;
    const both = new Map(this.#unknown);
    for (const [label, count] of other.#unknown) both.set(label, (both.get(label) ?? 0) + count);
    const kept = mostFrequent(both, unknownLimit);
    const sum = (counts: Iterable<[string, number]>): number =>
      [...counts].reduce((total, [, count]) => total + count, 0);
    this.other += sum(both) - sum(kept);
    this.#unknown = new Map(kept);
    this.scores.merge(other.scores);
  }

  toSummary(): PredictionSummary {
    return {
      predicted: this.predicted,
      unusual: this.unusual,
      known: [...this.known],
      unknown: Object.fromEntries(mostFrequent(this.#unknown, unknownLimit)),
      other: this.other,
      cells: [...this.cells],
      scores: this.scores.toSummary(),
    };
  }

  static fromSummary(summary: PredictionSummary, frame: BucketFrame): PredictionCounts {
    const counts = new PredictionCounts(frame);
    if (
      summary.known.length !== counts.known.length ||
      summary.cells.length !== counts.cells.length
    ) {
      refuse('predictions that were counted by the same classes', summary.known.length);
    }
    counts.predicted = summary.predicted;
    counts.unusual = summary.unusual;
    addEach(counts.known, summary.known);
    addEach(counts.cells, summary.cells);
    counts.#unknown = new Map(Object.entries(summary.unknown));
    counts.other = summary.other;
    counts.scores.merge(QuantileSketch.fromSummary(summary.scores));
    return counts;
  }

  #recordClass(label: string, frame: BucketFrame): boolean {
    const short = label.length > labelLimit ? label.slice(0, labelLimit) : label;
    const place = frame.vocabulary.placeOf(short);
    if (place !== undefined) {
      this.known[place] = (this.known[place] ?? 0) + 1;
      return frame.unusualClasses?.[place] === true;
    }
    const before = this.#unknown.get(short);
    // A full vocabulary takes up no class any more: none has to be noted.
    const isNoted = this.#unknown.size < unknownLimit && frame.vocabulary.size < classLimit;
    if (before !== undefined || isNoted) {
      this.#unknown.set(short, (before ?? 0) + 1);
    } else {
      this.other += 1;
    }
    return frame.unusualClasses?.[frame.vocabulary.size] === true;
  }

  #recordScore(value: number, frame: BucketFrame): boolean {
    this.scores.add(value);
    if (frame.scoreEdges === undefined) return false;
    const cell = cellOf(value, frame.scoreEdges);
    this.cells[cell] = (this.cells[cell] ?? 0) + 1;
    return frame.unusualCells?.[cell] === true;
  }
}

function addEach(sums: number[], counts: readonly number[]): void {
  for (const [index, count] of counts.entries()) sums[index] = (sums[index] ?? 0) + count;
}
