import { largerIsWorse } from '../../analysis/feedback-direction.js';
import type {
  FeedbackTolerance,
  JudgeChecks,
  JudgeSettings,
} from '../../analysis/judge-settings.js';
import { readJudgeSettings } from '../../analysis/read-judge-settings.js';
import { liveJudgeSettings } from '../../analysis/live-judge-settings.js';
import { CheckName, type Estimate } from '../../domain/evidence.js';
import { FeedbackMeasure } from '../../domain/feedback.js';
import { judgeSettingsOf } from '../../rollout/live/judge-settings.js';
import type { Strategy } from '../../rollout/strategy/strategy.js';
import type { EvidenceOverTime } from '../contract/rollouts.js';

type Line = EvidenceOverTime['lines'][number];

/** What is the same for the whole rollout; null where it follows stable, and the evidence says it. */
interface Decides {
  readonly tolerance: number | null;
  readonly gate: number | null;
  readonly worse?: Line['worse'];
}

/** Where each check's tolerance and gate are, in the unit of its estimate. */
export function checkLines(strategy: Strategy): Pick<EvidenceOverTime, 'lines' | 'alpha'> {
  const wished = judgeSettingsOf(strategy);
  const settings: JudgeSettings = readJudgeSettings(
    liveJudgeSettings(wished, strategy.sticky !== undefined),
  );
  return { lines: linesOf(settings.checks), alpha: settings.alpha };
}

/**
 * Slow requests are counted after the canary's latencies were divided by what is tolerated, so that
 * more than once as many are harm. For their gate they are divided by more, and counted again: it
 * has no place beside this count.
 */
const tail: Decides = { tolerance: 1, gate: null };

/** A latency has a tolerance in milliseconds, too, and failures one in points. */
const followsStable: Decides = { tolerance: null, gate: null };

function linesOf(checks: JudgeChecks): Line[] {
  const { predictions, agreement, feedback } = checks;
  return [
    ...line(CheckName.Errors, 'ratio', checks.errors && followsStable),
    ...line(CheckName.Timeouts, 'ratio', checks.timeouts && followsStable),
    ...line(CheckName.LatencyMean, 'relative', checks.latencyMean && followsStable),
    ...line(CheckName.LatencyP95, 'ratio', checks.latencyP95 && tail),
    ...line(CheckName.LatencyP99, 'ratio', checks.latencyP99 && tail),
    ...line(CheckName.LatencyTwiceP99, 'ratio', checks.latencyTwiceP99 && tail),
    ...line(
      CheckName.Predictions,
      'points',
      predictions && oneFor(predictions.tolerance, predictions),
    ),
    ...line(CheckName.Agreement, 'points', agreement && oneFor(agreement.disagreement, agreement)),
    ...(feedback === null ? [] : lineOfFeedback(feedback)),
  ];
}

/** What is tolerated is what must be excluded, where promotion waits for that at all. */
function oneFor(tolerance: number, { gate }: { readonly gate: boolean }): Decides {
  return { tolerance, gate: gate ? tolerance : null };
}

/** Of pairs that only one arm got wrong, the odds; else a difference in the measure's unit. */
function lineOfFeedback({ measure, tolerance, gate }: FeedbackTolerance): Line[] {
  if (measure === FeedbackMeasure.LabelledPairs) {
    const odds = { tolerance: 1 + tolerance, gate: gate === null ? null : 1 + gate };
    return line(CheckName.Feedback, 'ratio', odds);
  }
  if (largerIsWorse(measure)) return line(CheckName.Feedback, 'value', { tolerance, gate });
  return line(CheckName.Feedback, 'value', {
    tolerance: -tolerance,
    gate: gate === null ? null : -gate,
    worse: 'below',
  });
}

/** None for a check that is left out. */
function line(check: CheckName, unit: Estimate['unit'], decides: Decides | null): Line[] {
  return decides === null ? [] : [{ check, unit, worse: 'above', ...decides }];
}
