import type { Tensor } from '../../domain/tensor.js';
import type { Random } from '../../stats/random.js';
import type { FileContext } from './check.js';
import type { KnownPair } from './golden/known-pair.js';
import type { InputMaker } from './inputs/input-maker.js';
import type { ModelUnderTest } from './model-under-test.js';

/** What checks of the running model know. */
export interface LiveContext extends FileContext {
  readonly model: ModelUnderTest;
  /** Where stable runs beside it, and takes the same inputs. */
  readonly stableModel: ModelUnderTest | undefined;
  /** Of the candidate's process. */
  readonly memoryLimitBytes: number;
  /** Makes up inputs that the model takes; undefined where it takes none of them. */
  readonly maker: InputMaker | undefined;
  /** Inputs whose outputs are known. */
  readonly known: readonly KnownPair[];
  /** Inputs that somebody recorded. */
  readonly recorded: readonly (readonly Tensor[])[];
  /** A stream of random numbers of its own for each purpose: checks do not change each other. */
  readonly randomFor: (purpose: string) => Random;
}
