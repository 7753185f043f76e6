import type { ArmCounts } from './arm-counts.js';
import type { Bucket } from './bucket.js';
import { requestsOf } from './check-input.js';
import type { JudgeSettings } from './judge-settings.js';
import { isComparable, type StepMemory } from './step-memory.js';
import { sayCount, sayPercent } from './words.js';

/** Judged requests without one prediction after which the predictions count as missing. */
const enoughToExpectPredictions = 200;

/**
 * So many times the usual gap between an arm's requests is silence: an arm that gets one a minute is
 * not silent after one, and waits ten times as long as usual in 1 of 22,000 gaps (e⁻¹⁰).
 */
const gapsOfSilence = 10;

/** Whether predictions should have come by now, and none did. */
export function lacksPredictions(steps: readonly StepMemory[]): boolean {
  const { stable, canary } = requestsOf(steps);
  return (
    stable + canary >= enoughToExpectPredictions && steps.every(({ predicted }) => predicted === 0)
  );
}

/**
 * Why nothing can be compared now, in words; undefined where nothing is in the way. The split is
 * looked at with the evidence.
 */
export function obstacleOf(
  settings: JudgeSettings,
  steps: readonly StepMemory[],
  open: Bucket | undefined,
  nowMs: number,
): string | undefined {
  const step = steps.at(-1);
  if (step === undefined || open === undefined) return 'no step has begun';
  if (!isComparable(step)) {
    return `${step.share < 0.5 ? 'the canary' : 'stable'} gets no requests in this step`;
  }
  return silenceOf(settings, step, open, nowMs) ?? obstacleOfPredictions(settings, steps);
}

/** An arm is told by its last request: a bucket with some in it may never fill. */
function silenceOf(
  { silentAfterMs }: JudgeSettings,
  { share }: StepMemory,
  { frame: { openedAtMs }, stable, canary }: Bucket,
  nowMs: number,
): string | undefined {
  const silentMs = (arm: ArmCounts): number | undefined => {
    // What an older Serin saved does not know: the open bucket's requests count as just had.
    if (arm.requests > 0 && arm.lastAtMs === -Infinity) return undefined;
    const lastAtMs = Math.max(openedAtMs, arm.lastAtMs);
    const usualGapMs = arm.requests === 0 ? 0 : (lastAtMs - openedAtMs) / arm.requests;
    const forMs = nowMs - lastAtMs;
    return forMs >= Math.max(silentAfterMs, gapsOfSilence * usualGapMs) ? forMs : undefined;
  };
  const [ofStable, ofCanary] = [silentMs(stable), silentMs(canary)];
  const alike = (stable.requests === 0) === (canary.requests === 0);
  if (ofStable !== undefined && ofCanary !== undefined && alike) {
    return `no requests for ${saySeconds(Math.min(ofStable, ofCanary))}`;
  }
  if (ofCanary !== undefined && (ofStable === undefined || canary.requests === 0)) {
    const intended = sayPercent(share);
    return `the canary has had no request for ${saySeconds(ofCanary)}, and should get ${intended} of them`;
  }
  return ofStable === undefined
    ? undefined
    : `stable has had no request for ${saySeconds(ofStable)}`;
}

function saySeconds(ms: number): string {
  return `${sayCount(ms / 1000)} s`;
}

function obstacleOfPredictions(
  settings: JudgeSettings,
  steps: readonly StepMemory[],
): string | undefined {
  const { predictions } = settings.checks;
  if (predictions?.gate !== true || predictions.onlyWhereReadable) return undefined;
  const { stable, canary } = requestsOf(steps);
  return lacksPredictions(steps)
    ? `none of ${sayCount(stable + canary)} requests had a prediction that could be read`
    : undefined;
}
