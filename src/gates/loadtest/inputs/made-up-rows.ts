import { SerinError } from '../../../domain/errors.js';
import { elementCount, type Tensor } from '../../../domain/tensor.js';
import type { Random } from '../../../stats/random.js';
import {
  findInputs,
  firstGuess,
  type Askable,
  type InputMaker,
  type MadeFor,
} from '../../validate/inputs/input-maker.js';
import { timeBudget } from '../../validate/time-budget.js';
import type { FateOfRow } from './fate-of-row.js';

/** Elements of one input: as JSON they have to fit into a body of 16 MiB, which Serin takes. */
const mostElements = 5 * 2 ** 18;
/** Larger sizes are not tried where others will do: to make them up keeps this process busy. */
const mostTried = 2 ** 18;
/** Elements of all rows together, as all of them are held while a test runs. */
const mostElementsInAll = 2 ** 20;
/** How long sizes are tried, and then rows of the size that is taken. */
const sizesMs = 10_000;
const rowsMs = 3_000;
/** A model that refuses most rows is given up. */
const mostTries = 200;

/** Rows that were made up and left out, as the target refuses them. */
export interface RefusedRows {
  readonly count: number;
  /** Of so many that were tried, sizes that it does not take apart. */
  readonly tried: number;
  /** What it said of the first. */
  readonly words: string;
}

/** One row or more, each as whole inputs. */
export interface MadeUpRows {
  readonly rows: readonly (readonly Tensor[])[];
  readonly refused: RefusedRows | undefined;
}

/** Rows to make up. */
export interface WantedRows {
  readonly madeFor: MadeFor;
  /** At most; fewer of large ones. */
  readonly count: number;
  /** The same seed gives the same rows. */
  readonly random: Random;
  /** What becomes of a row at whatever is going to be sent it. */
  readonly tryRow: (row: readonly Tensor[]) => Promise<FateOfRow>;
}

/**
 * Makes up rows that a target takes: sizes of dynamic dimensions by trying, numbers within the ranges
 * that are known, as `serin validate` does. Rows that the target refuses are left out: it is not
 * their errors that a test is about. What fails otherwise is left to the test to find.
 * @throws SerinError `inputs-missing` where every row is refused, or would be too large
 */
export async function madeUpRows(wanted: WantedRows): Promise<MadeUpRows> {
  const { count, random } = wanted;
  const madeFor = { ...wanted.madeFor, mostElements: largestToTry(wanted.madeFor) };
  const trial = new Trial(wanted.tryRow);
  const found = await findInputs(trial, madeFor, random, []);
  if ('maker' in found) return rowsTaken(wanted, found.maker, [found.answered]);
  const guess = firstGuess(madeFor);
  if (guess !== undefined && !trial.onlyRefused) {
    const size = Math.min(count, roomFor(guess));
    const rows = Array.from({ length: size }, () => guess.make({ kind: 'random', random }));
    return { rows, refused: undefined };
  }
  // Of each size one row was tried: others hold other numbers.
  const others = guess === undefined ? undefined : await rowsTaken(wanted, guess, []);
  if (others !== undefined && others.rows.length > 0) return others;
  throw new SerinError('inputs-missing', {
    expected: 'golden rows, as no row that was made up is taken',
    found:
      found.tried === 0 ? found.failure.words : `${found.tried} refused: ${found.failure.words}`,
    advice:
      'Add golden rows to model.yaml (or validate.dimensions and validate.inputs); for a server, give inputs.',
  });
}

function largestToTry({ subject }: MadeFor): number {
  const atLeast = subject.signature.inputs.map(({ shape }) =>
    elementCount(shape.map((size) => Math.max(1, size))),
  );
  return Math.min(mostElements, Math.max(mostTried, ...atLeast));
}

/** Tries whether sizes are taken. */
class Trial implements Askable {
  /** Whether the target said of each row that the row is wrong. */
  onlyRefused = true;
  readonly #isTimeUp = timeBudget(sizesMs);

  constructor(private readonly tryRow: WantedRows['tryRow']) {}

  async ask(inputs: readonly Tensor[]): ReturnType<Askable['ask']> {
    const fate = await this.tryRow(inputs);
    if (fate.kind === 'taken') return {};
    if (fate.kind !== 'refused') this.onlyRefused = false;
    // Some servers fail on another size instead of refusing it: others are tried all the same.
    const isLast = fate.kind === 'unanswered' || this.#isTimeUp();
    return { failure: { kind: isLast ? 'timed-out' : 'refused', words: fate.words } };
  }
}

/** @param given rows that were taken already */
async function rowsTaken(
  { count, random, tryRow }: WantedRows,
  maker: InputMaker,
  given: readonly (readonly Tensor[])[],
): Promise<MadeUpRows> {
  const rows = [...given];
  const most = Math.min(count, roomFor(maker));
  const isTimeUp = timeBudget(rowsMs);
  let refused: RefusedRows | undefined;
  let tried = 0;
  while (tried < mostTries && rows.length < most && !isTimeUp()) {
    const row = maker.make({ kind: 'random', random });
    const fate = await tryRow(row);
    tried += 1;
    if (fate.kind !== 'refused') rows.push(row);
    else refused = { count: 1 + (refused?.count ?? 0), tried, words: refused?.words ?? fate.words };
    // It hangs: the test will say so, and nobody waits here for each row.
    if (fate.kind === 'unanswered') break;
  }
  return { rows, refused: refused === undefined ? undefined : { ...refused, tried } };
}

/** How many rows of these sizes may be held; one at least. */
function roomFor({ shapes }: InputMaker): number {
  const elements = Array.from(shapes.values(), elementCount);
  return Math.max(1, Math.floor(mostElementsInAll / Math.max(1, ...elements)));
}
