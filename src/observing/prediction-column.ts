import type { Prediction } from '../domain/observation.js';

const none = 0;
const score = 1;
const label = 2;

/** Feedback has no longer labels, so an answer that is longer equals none of them. */
const longestLabel = 1_000;

/** Predictions in numbered places. Scores are kept as numbers, without an object for each. */
export class PredictionColumn {
  readonly #kinds: Uint8Array;
  readonly #scores: Float64Array;
  /** Nearly always the model's own names of its classes, so that there are only a few texts. */
  readonly #labels: (string | undefined)[] = [];

  constructor(places: number) {
    this.#kinds = new Uint8Array(places);
    this.#scores = new Float64Array(places);
  }

  put(place: number, prediction: Prediction | undefined): void {
    if (this.#kinds[place] === label) this.#labels[place] = undefined;
    if (prediction === undefined) {
      this.#kinds[place] = none;
    } else if (prediction.kind === 'score') {
      this.#kinds[place] = score;
      this.#scores[place] = prediction.value;
    } else {
      this.#kinds[place] = label;
      this.#labels[place] = bounded(prediction.label);
    }
  }

  at(place: number): Prediction | undefined {
    if (this.#kinds[place] === score) return { kind: 'score', value: this.#scores[place] ?? NaN };
    const text = this.#kinds[place] === label ? this.#labels[place] : undefined;
    return text === undefined ? undefined : { kind: 'class', label: text };
  }
}

/** A text that takes its own memory: part of a long one would keep all of it. */
function bounded(text: string): string {
  if (text.length <= longestLabel) return text;
  return Buffer.from(text.slice(0, longestLabel + 1)).toString();
}
