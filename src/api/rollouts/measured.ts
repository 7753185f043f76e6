import type { Verdict } from '../../domain/verdict.js';
import { spreadOf } from '../../observing/arm-predictions.js';
import { newestQuantile, type ArmSample } from '../../observing/arm-sample.js';
import type { Comparison } from '../../observing/comparison.js';
import type { Strategy } from '../../rollout/strategy/strategy.js';
import type { ArmNumbers, RolloutBody } from '../contract/rollouts.js';
import { pairedBody } from '../paired-body.js';
import { verdictBody } from '../verdict-body.js';

/** What is measured of a rollout. */
export interface Measurement {
  readonly verdict: Verdict;
  readonly comparison: Comparison;
}

/** The part of a rollout's body that is measured; nothing but `null` where nothing was. */
export type MeasuredBody = Pick<RolloutBody, 'arms' | 'verdict' | 'predictions' | 'shadow'>;

export const nothingMeasured: MeasuredBody = {
  arms: null,
  verdict: null,
  predictions: null,
  shadow: null,
};

export function measuredBody(
  { model, steps }: Strategy,
  { verdict, comparison: { stable, canary, shadow } }: Measurement,
): MeasuredBody {
  const spread = spreadOf(stable.predictions, canary.predictions);
  const hasShadow = steps.some(({ kind }) => kind === 'shadow');
  return {
    arms: { stable: armNumbers(stable), canary: armNumbers(canary) },
    verdict: verdictBody(model, verdict),
    predictions:
      spread === undefined
        ? null
        : { kind: spread.kind, bins: spread.bins.map((bin) => ({ ...bin })) },
    shadow: hasShadow
      ? {
          pairs: shadow.pairs,
          agreeing: shadow.agreed,
          disagreeing: shadow.disagreed,
          failed: shadow.failed,
          shed: shadow.notMade,
          paired: pairedBody(shadow.differences),
        }
      : null,
  };
}

function armNumbers(sample: ArmSample): ArmNumbers {
  return {
    requests: sample.requests,
    errors: sample.errors,
    p50_ms: newestQuantile(sample, 0.5) ?? null,
    p95_ms: newestQuantile(sample, 0.95) ?? null,
    p99_ms: newestQuantile(sample, 0.99) ?? null,
  };
}
