import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';

/** What the three ways to use `serin judge` have in common. */
export interface JudgeOptions {
  readonly settings: PartialJudgeSettings;
  /** Percent of traffic; undefined: as recorded. */
  readonly weight: number | undefined;
  readonly runs: number;
  readonly seed: number;
  readonly workers: number | undefined;
}
