import type { Prediction } from '../domain/observation.js';

const mostClasses = 50;
const mostScores = 2_000;

/** The newest predictions of one arm, as a person wants to see them spread. */
export class ArmPredictions {
  readonly #classes = new Map<string, number>();
  readonly #scores = new Float64Array(mostScores);
  #scored = 0;

  count(prediction: Prediction): void {
    if (prediction.kind === 'score') {
      this.#scores[this.#scored++ % mostScores] = prediction.value;
      return;
    }
    const { label } = prediction;
    const known = this.#classes.has(label) || this.#classes.size < mostClasses;
    const name = known ? label : 'others';
    this.#classes.set(name, (this.#classes.get(name) ?? 0) + 1);
  }

  /** How often each class was predicted. */
  get classes(): ReadonlyMap<string, number> {
    return this.#classes;
  }

  /** The newest scores, in no order. */
  get scores(): Float64Array {
    return this.#scores.subarray(0, Math.min(this.#scored, mostScores));
  }
}

/** One bin, and the part of each arm's predictions that is in it: 0 to 1. */
export interface PredictionBin {
  readonly label: string;
  readonly stable: number;
  readonly canary: number;
}

export interface PredictionSpread {
  readonly kind: 'class' | 'score';
  readonly bins: readonly PredictionBin[];
}

/** Both arms' predictions in the same bins: the classes, or twelve ranges of the score, of one alone itself. */
export function spreadOf(
  stable: ArmPredictions,
  canary: ArmPredictions,
): PredictionSpread | undefined {
  if (stable.scores.length + canary.scores.length > 0) {
    return { kind: 'score', bins: scoreBins(stable.scores, canary.scores) };
  }
  const names = [...new Set([...stable.classes.keys(), ...canary.classes.keys()])].sort();
  if (names.length === 0) return undefined;
  const share = ({ classes }: ArmPredictions) => {
    const total = [...classes.values()].reduce((sum, count) => sum + count, 0);
    return (name: string) => (total === 0 ? 0 : (classes.get(name) ?? 0) / total);
  };
  const [ofStable, ofCanary] = [share(stable), share(canary)];
  const bins = names.map((label) => ({
    label,
    stable: ofStable(label),
    canary: ofCanary(label),
  }));
  return { kind: 'class', bins };
}

const mostRanges = 12;

function scoreBins(stable: Float64Array, canary: Float64Array): PredictionBin[] {
  let low = Infinity;
  let high = -Infinity;
  for (const scores of [stable, canary]) {
    for (const score of scores) {
      low = Math.min(low, score);
      high = Math.max(high, score);
    }
  }
  // One score alone has no ranges.
  const ranges = high > low ? mostRanges : 1;
  const width = (high - low) / ranges || 1;
  const counted = (scores: Float64Array): number[] => {
    const counts = new Array<number>(ranges).fill(0);
    for (const score of scores) {
      const bin = Math.min(ranges - 1, Math.floor((score - low) / width));
      counts[bin] = (counts[bin] ?? 0) + 1 / scores.length;
    }
    return counts;
  };
  const [ofStable, ofCanary] = [counted(stable), counted(canary)];
  return ofStable.map((share, i) => ({
    label:
      ranges === 1 ? round(low) : `${round(low + i * width)} to ${round(low + (i + 1) * width)}`,
    stable: share,
    canary: ofCanary[i] ?? 0,
  }));
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
