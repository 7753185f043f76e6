import type { ModelName } from '../domain/ids.js';

/** Answers that wait for feedback, or had theirs, which changed since the batch before. */
export interface AnswerBatch {
  readonly entries: number;
  readonly answers: Uint8Array;
}

/** What is kept of one model's judge. */
export interface JudgeSave {
  readonly model: ModelName;
  readonly state: string;
  readonly batch?: AnswerBatch | undefined;
}

/** Where what a judge remembers is kept between restarts. The newest state replaces the one before. */
export interface JudgeStates {
  /**
   * Both or none of them: feedback that was counted must not be counted again, nor be forgotten.
   * Only as many of the oldest batches are kept as the newest answers need.
   * @throws SerinError `store-failed`
   */
  save(model: ModelName, state: string, batch?: AnswerBatch): void;
  /**
   * Answers that were not saved before, before the states that may count feedback on them: they come
   * in thousands, and are not waited for until they are on the disk.
   * @throws SerinError `store-failed`
   */
  saveAnswers(batches: ReadonlyMap<ModelName, AnswerBatch>): void;
  /** All or none of them, in one write to the disk. @throws SerinError `store-failed` */
  saveAll(saves: readonly JudgeSave[]): void;
  read(model: ModelName): string | undefined;
  /** The batches of a model, the oldest first. */
  readAnswers(model: ModelName): readonly Uint8Array[];
  remove(model: ModelName): void;
}
