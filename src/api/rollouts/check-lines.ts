import type { JudgeChecks, JudgeSettings } from '../../analysis/judge-settings.js';
import { readJudgeSettings } from '../../analysis/read-judge-settings.js';
import { liveJudgeSettings } from '../../analysis/live-judge-settings.js';
import { CheckName } from '../../domain/evidence.js';
import { judgeSettingsOf } from '../../rollout/live/judge-settings.js';
import type { Strategy } from '../../rollout/strategy/strategy.js';
import type { EvidenceOverTime } from '../contract/rollouts.js';

type Line = EvidenceOverTime['lines'][number];

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
 * more than once as many are harm.
 */
const asOften = 1;

function linesOf(checks: JudgeChecks): Line[] {
  const { errors, timeouts, latencyMean, predictions, agreement, feedback } = checks;
  const tails = [
    [CheckName.LatencyP95, checks.latencyP95],
    [CheckName.LatencyP99, checks.latencyP99],
    [CheckName.LatencyTwiceP99, checks.latencyTwiceP99],
  ] as const;
  return [
    ...(errors === null
      ? []
      : [line(CheckName.Errors, 'ratio', errors.ratio, errors.gate?.ratio ?? null)]),
    ...(timeouts === null
      ? []
      : [line(CheckName.Timeouts, 'ratio', timeouts.ratio, timeouts.gate?.ratio ?? null)]),
    ...(latencyMean === null
      ? []
      : [line(CheckName.LatencyMean, 'relative', latencyMean.tolerance, latencyMean.gate)]),
    ...tails.flatMap(([check, asked]) =>
      asked === null ? [] : [line(check, 'ratio', asOften, null)],
    ),
    ...(predictions === null
      ? []
      : [line(CheckName.Predictions, 'points', predictions.tolerance, predictions.tolerance)]),
    ...(agreement === null
      ? []
      : [line(CheckName.Agreement, 'points', agreement.disagreement, null)]),
    ...(feedback === null
      ? []
      : [line(CheckName.Feedback, 'value', feedback.tolerance, feedback.gate)]),
  ];
}

function line(check: CheckName, unit: string, tolerance: number, gate: number | null): Line {
  return { check, unit, tolerance, gate };
}
