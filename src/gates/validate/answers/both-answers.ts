import type { Tensor } from '../../../domain/tensor.js';
import type { PredictionSpec } from '../../../domain/version.js';
import { classCount, classesOf } from './classes.js';
import { numbersOf } from './numbers.js';

/** What the candidate said, and what stable said, of the same rows. */
export interface OfBoth<T> {
  readonly mine: readonly T[];
  readonly stable: readonly T[];
}

/** So many numbers of each say enough, and fit into memory. */
const mostNumbers = 2 ** 22;
/** Of more classes not every pair is looked at. */
const mostClasses = 256;

/** Collects what the two say of the same rows, as far as it can be compared. */
export class BothAnswers {
  readonly #classes = { mine: [] as string[], stable: [] as string[] };
  readonly #numbers = { mine: [] as number[], stable: [] as number[] };
  readonly #classCounts = new Set<number>();
  #hasClasses = true;

  constructor(
    private readonly mine: PredictionSpec,
    private readonly stable: PredictionSpec,
  ) {}

  /** Takes the outputs of both for one request; of NaN and infinities other checks say more. */
  add(outputs: readonly Tensor[], ofStable: readonly Tensor[]): void {
    const mine = outputs.find(({ name }) => name === this.mine.output);
    const stable = ofStable.find(({ name }) => name === this.stable.output);
    if (mine === undefined || stable === undefined) return;
    if (mine.data.length !== stable.data.length) return;
    const [myNumbers, stableNumbers] = [numbersOf(mine), numbersOf(stable)];
    if (!areFinite(myNumbers) || !areFinite(stableNumbers)) return;
    this.#addClasses(mine, stable);
    if (myNumbers === undefined || stableNumbers === undefined) return;
    this.#classCounts.add(classCount(mine)).add(classCount(stable));
    for (const value of myNumbers) this.#numbers.mine.push(value);
    for (const value of stableNumbers) this.#numbers.stable.push(value);
  }

  /** Whether more of them would not say more. */
  get areEnough(): boolean {
    return this.#numbers.mine.length >= mostNumbers;
  }

  /** The class of each row; undefined where the answers are scores. */
  get classes(): OfBoth<string> | undefined {
    return this.#hasClasses ? this.#classes : undefined;
  }

  /** All numbers of the prediction outputs. */
  get numbers(): OfBoth<number> {
    return this.#numbers;
  }

  /** Rows of classes; of scores, numbers. */
  get count(): number {
    return this.#hasClasses ? this.#classes.mine.length : this.#numbers.mine.length;
  }

  /** The numbers of each class, by class and then by row; undefined where a row has none for each. */
  get scores(): OfBoth<readonly number[]> | undefined {
    const [count = 0, ...others] = this.#classCounts;
    const areOfClasses = this.mine.kind === 'classes' && this.stable.kind === 'classes';
    if (!areOfClasses || others.length > 0 || count > mostClasses) return undefined;
    const byClass = (numbers: readonly number[]): number[][] =>
      Array.from({ length: count }, (_, at) => numbers.filter((_one, i) => i % count === at));
    return { mine: byClass(this.#numbers.mine), stable: byClass(this.#numbers.stable) };
  }

  /** By number, not by name: whoever reads the output counts. */
  #addClasses(mine: Tensor, stable: Tensor): void {
    const myClasses = classesOf(mine, { ...this.mine, labels: [] });
    const stableClasses = classesOf(stable, { ...this.stable, labels: [] });
    if (myClasses === undefined || stableClasses === undefined) this.#hasClasses = false;
    else if (myClasses.length === stableClasses.length) {
      this.#classes.mine.push(...myClasses);
      this.#classes.stable.push(...stableClasses);
    }
  }
}

/** Text has no numbers that could be anything else. */
function areFinite(numbers: Float64Array | undefined): boolean {
  return numbers?.every((value) => Number.isFinite(value)) ?? true;
}
