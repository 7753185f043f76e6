import type { ModelName } from '../domain/ids.js';

/** Where what a judge remembers is kept between restarts. The newest state replaces the one before. */
export interface JudgeStates {
  /** @throws SerinError `store-failed` */
  save(model: ModelName, state: string): void;
  read(model: ModelName): string | undefined;
  remove(model: ModelName): void;
}
