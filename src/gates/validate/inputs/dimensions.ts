import { isBatchable, type Signature } from '../../../domain/signature.js';
import type { GraphFacts } from '../../../models/onnx/graph-facts.js';

/** What is known of a model's inputs before it is asked. */
export interface DescribedInputs {
  readonly signature: Signature;
  readonly graph: Pick<GraphFacts, 'dimensions' | 'entriesLookedUp'>;
}

/** The sizes of the inputs of one request: the shape of each by name. */
export type InputShapes = ReadonlyMap<string, readonly number[]>;

/**
 * Sizes to try for dynamic dimensions of which nobody says how large they are, the likeliest first:
 * a few tokens, nothing to speak of, then what images and windows of sound usually have.
 */
const likelySizes = [8, 1, 16, 32, 64, 128, 224, 256, 512, 1024, 1536, 4096] as const;

/** What one made-up input may hold where nobody says otherwise: 64 Mi elements. */
const usuallyMostElements = 2 ** 26;

/** How the dimensions that nobody knows are sized together. */
type Guess =
  /** The first dimension is one row, all others have this size. */
  | { readonly kind: 'one-row' }
  /** One dimension has this size, all others 1: a window of sound beside a state. */
  | { readonly kind: 'only'; readonly dimension: string }
  | { readonly kind: 'all' };

/** Models with more dynamic dimensions are not tried one by one. */
const mostDimensions = 6;

/**
 * Shapes to try for one request, in their order. Dimensions of one name have one size; `known`
 * sizes count first. Where the first dimension is the batch, it is one row.
 * @param mostElements of one input; shapes with more are left out
 */
export function candidateShapes(
  subject: DescribedInputs,
  known: Readonly<Record<string, number>>,
  mostElements = usuallyMostElements,
): readonly InputShapes[] {
  const dimensions = freeDimensions(subject);
  const guesses: readonly Guess[] = [
    { kind: 'one-row' },
    ...dimensions
      .slice(0, mostDimensions)
      .map((dimension) => ({ kind: 'only', dimension }) as const),
    { kind: 'all' },
  ];
  const seen = new Set<string>();
  return guesses.flatMap((guess) =>
    likelySizes.flatMap((size) => {
      const shapes = shapesFor(subject, known, guess, size);
      const key = JSON.stringify([...shapes]);
      if (seen.has(key) || elementsOf(shapes) > mostElements) return [];
      seen.add(key);
      return [shapes];
    }),
  );
}

/**
 * The sizes that stable has where this model takes any: rows of those are rows of both. By the names
 * that the dimensions have in this model.
 */
export function sizesOfStable(
  subject: DescribedInputs,
  stable: Pick<DescribedInputs, 'signature'> | undefined,
): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const { name, shape } of subject.signature.inputs) {
    const theirs = stable?.signature.inputs.find((input) => input.name === name)?.shape ?? [];
    if (theirs.length !== shape.length) continue;
    for (const [axis, size] of theirs.entries()) {
      if (shape[axis] === -1 && size !== -1) sizes[dimensionName(subject, name, axis)] = size;
    }
  }
  return sizes;
}

function freeDimensions(subject: DescribedInputs): readonly string[] {
  const names = subject.signature.inputs.flatMap(({ name, shape }) =>
    shape.flatMap((size, axis) => (size === -1 ? [dimensionName(subject, name, axis)] : [])),
  );
  return [...new Set(names)];
}

function shapesFor(
  subject: DescribedInputs,
  known: Readonly<Record<string, number>>,
  guess: Guess,
  size: number,
): InputShapes {
  const { inputs } = subject.signature;
  const rows = new Set(inputs.map(({ name }) => dimensionName(subject, name, 0)));
  const isBatched = isBatchable(subject.signature);
  const guessed = (name: string): number => {
    if (isBatched && rows.has(name)) return 1;
    switch (guess.kind) {
      case 'one-row':
        return rows.has(name) ? 1 : size;
      case 'only':
        return name === guess.dimension ? size : 1;
      case 'all':
        return size;
    }
  };
  return new Map(
    inputs.map(({ name, shape }) => [
      name,
      shape.map((fixed, axis) => {
        if (fixed !== -1) return fixed;
        const dimension = dimensionName(subject, name, axis);
        return known[dimension] ?? guessed(dimension);
      }),
    ]),
  );
}

/** As the file names it; one without a name is `input.axis`. */
function dimensionName(
  { graph }: Pick<DescribedInputs, 'graph'>,
  input: string,
  axis: number,
): string {
  const name = graph.dimensions.get(input)?.[axis];
  return typeof name === 'string' ? name : `${input}.${axis}`;
}

function elementsOf(shapes: InputShapes): number {
  const counts = Array.from(shapes.values(), (shape) => shape.reduce((a, b) => a * b, 1));
  return Math.max(0, ...counts);
}
