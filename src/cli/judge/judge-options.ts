import { liveJudgeSettings } from '../../analysis/live-judge-settings.js';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import type { RecordedObservation } from '../../analysis/replay/recorded-moments.js';
import type { RecordedOutput } from '../../observing/recorded/recorded-output.js';

/** What the three ways to use `serin judge` have in common. */
export interface JudgeOptions {
  readonly settings: PartialJudgeSettings;
  /** Percent of traffic; undefined: as recorded. */
  readonly weight: number | undefined;
  readonly runs: number;
  readonly seed: number;
  readonly workers: number | undefined;
  /** What the outputs of a recording are; undefined: as its form says. */
  readonly output: RecordedOutput | undefined;
}

/** The settings with which a server would have judged this recording. */
export function settingsFor(
  recorded: readonly RecordedObservation[],
  { settings }: JudgeOptions,
): PartialJudgeSettings {
  const sticky = recorded.some(({ observation }) => observation.stickyHash !== undefined);
  return liveJudgeSettings(settings, sticky);
}
