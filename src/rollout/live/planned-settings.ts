import { liveJudgeSettings } from '../../analysis/live-judge-settings.js';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import type { Share } from '../../domain/share.js';
import type { Strategy } from '../strategy/strategy.js';
import { judgeSettingsOf } from './judge-settings.js';

/** What a plan is wished to count with, instead of what the strategy says. */
export interface PlanWishes {
  /** The chance of rolling back a harmless canary. */
  readonly alpha?: number | undefined;
  /** Of the mean, as a share: 0.05. */
  readonly latencyTolerance?: number | undefined;
  /** In percentage points, as a share. */
  readonly errorsTolerance?: number | undefined;
}

/** How a running server would judge by a strategy: what `serin plan` and the page count with. */
export function plannedSettings(
  strategy: Strategy,
  { alpha, latencyTolerance, errorsTolerance }: PlanWishes,
): PartialJudgeSettings {
  const settings = judgeSettingsOf({
    ...strategy,
    checks: {
      ...strategy.checks,
      ...(alpha === undefined ? {} : { alpha: alpha as Share }),
      ...(latencyTolerance === undefined
        ? {}
        : { latency: { tolerance: latencyTolerance as Share } }),
      ...(errorsTolerance === undefined ? {} : { errors: { tolerance: errorsTolerance as Share } }),
    },
  });
  return liveJudgeSettings(settings, strategy.sticky !== undefined);
}
