import { isBatchable, type TensorSpec } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { Random } from '../../../stats/random.js';
import type { Expectations } from '../expectations.js';
import type { AskFailure } from '../model-under-test.js';
import {
  candidateShapes,
  sizesOfStable,
  type DescribedInputs,
  type InputShapes,
} from './dimensions.js';
import { fill, isFraction, type Filling, type ValueRange } from './fill.js';

/** Makes up requests of one row that the model takes. */
export class InputMaker {
  constructor(
    private readonly specs: readonly TensorSpec[],
    readonly shapes: InputShapes,
    private readonly ranges: ReadonlyMap<string, ValueRange>,
  ) {}

  /** Whether every input has ends: integers have them by their nature, fractions by model.yaml. */
  get isBounded(): boolean {
    return this.specs.every((spec) => this.ranges.has(spec.name) || !isFraction(spec.datatype));
  }

  make(filling: Filling): Tensor[] {
    return this.specs.map((spec) =>
      fill(spec, this.shapes.get(spec.name) ?? [], filling, this.ranges.get(spec.name)),
    );
  }

  /** One input filled in one way, the others at random. */
  makeWith(name: string, filling: Filling, random: Random): Tensor[] {
    return this.specs.map((spec) =>
      fill(
        spec,
        this.shapes.get(spec.name) ?? [],
        spec.name === name ? filling : { kind: 'random', random },
        // A range says what is usual: NaN and infinities are meant to be outside of it.
        spec.name === name ? undefined : this.ranges.get(spec.name),
      ),
    );
  }

  /** The sizes that were settled on, for people: `image [1, 3, 224, 224]`. */
  inWords(): string {
    return [...this.shapes].map(([name, shape]) => `${name} [${shape.join(', ')}]`).join(', ');
  }
}

/** What inputs are made up for. */
export interface MadeFor {
  readonly subject: DescribedInputs;
  readonly stable: Pick<DescribedInputs, 'signature'> | undefined;
  readonly expectations: Pick<Expectations, 'inputs' | 'dimensions'>;
  /** Of one input; 64 Mi where nobody says. */
  readonly mostElements?: number;
}

/** Whatever can be asked whether it takes inputs. */
export interface Askable {
  ask(inputs: readonly Tensor[]): Promise<{ readonly failure?: AskFailure | undefined }>;
}

/** A maker of inputs that the model answers, or why it answers none. */
export type FoundInputs =
  | {
      readonly maker: InputMaker;
      /** The ones that it answered. */
      readonly answered: readonly Tensor[];
      readonly tried: number;
    }
  | { readonly failure: AskFailure; readonly tried: number };

/**
 * Looks for inputs that the model answers: sizes of dynamic dimensions by trying, ranges from
 * model.yaml and from the tables in which the model looks its integers up.
 * @param stable what it is compared with: its sizes are tried first, as both have to answer
 * @param given whole inputs that are known to fit, as golden rows: their shapes are tried first
 */
export async function findInputs(
  model: Askable,
  madeFor: MadeFor,
  random: Random,
  given: readonly (readonly Tensor[])[],
): Promise<FoundInputs> {
  const { subject, expectations } = madeFor;
  const ranges = rangesOf(subject, expectations);
  const candidates = [
    ...given.slice(0, 1).map((inputs) => shapesOfOneRow(inputs, subject)),
    ...shapesToTry(madeFor),
  ];
  let first: AskFailure | undefined;
  let tried = 0;
  for (const shapes of candidates) {
    const maker = new InputMaker(subject.signature.inputs, shapes, ranges);
    tried += 1;
    const inputs = maker.make({ kind: 'random', random });
    const { failure } = await model.ask(inputs);
    if (failure === undefined) return { maker, answered: inputs, tried };
    first ??= failure;
    // Where the process died, other sizes are not tried: it would die again and again.
    if (failure.kind !== 'refused') return { failure, tried };
  }
  return { failure: first ?? { kind: 'refused', words: 'its inputs are too large' }, tried };
}

/**
 * A maker of what is tried first, for a model that answers nothing.
 * @returns undefined where everything would be too large
 */
export function firstGuess(madeFor: MadeFor): InputMaker | undefined {
  const { subject, expectations } = madeFor;
  const [shapes] = shapesToTry(madeFor);
  return shapes === undefined
    ? undefined
    : new InputMaker(subject.signature.inputs, shapes, rangesOf(subject, expectations));
}

function shapesToTry({ subject, stable, expectations, mostElements }: MadeFor): InputShapes[] {
  const { dimensions } = expectations;
  const ofStable = sizesOfStable(subject, stable);
  const likely = Object.keys(ofStable).length === 0 ? undefined : { ...ofStable, ...dimensions };
  return [
    ...(likely === undefined ? [] : candidateShapes(subject, likely, mostElements)),
    // Where it does not take stable's after all.
    ...candidateShapes(subject, dimensions, mostElements),
  ];
}

/** A golden pair may be a batch; what is made up is one row. */
function shapesOfOneRow(inputs: readonly Tensor[], { signature }: DescribedInputs): InputShapes {
  const isBatch = isBatchable(signature);
  return new Map(inputs.map(({ name, shape }) => [name, isBatch ? [1, ...shape.slice(1)] : shape]));
}

function rangesOf(
  { graph, signature }: DescribedInputs,
  { inputs }: Pick<Expectations, 'inputs'>,
): ReadonlyMap<string, ValueRange> {
  const ranges = new Map<string, ValueRange>();
  for (const { name } of signature.inputs) {
    const entries = graph.entriesLookedUp.get(name);
    const { min, max } = inputs[name] ?? {};
    if (min !== undefined || max !== undefined) {
      ranges.set(name, {
        min: min ?? Math.min(0, max ?? 0),
        max: max ?? Math.max(min ?? 0, 1),
      });
    } else if (entries !== undefined) ranges.set(name, { min: 0, max: entries - 1 });
  }
  return ranges;
}
