import type { Bucket } from './bucket.js';
import { requestsOf } from './check-input.js';
import type { JudgeSettings } from './judge-settings.js';
import { isComparable, type StepMemory } from './step-memory.js';
import { sayCount, sayPercent } from './words.js';

/** Judged requests without one prediction after which the predictions count as missing. */
const enoughToExpectPredictions = 200;

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
  if (nowMs - open.frame.openedAtMs >= settings.silentAfterMs) {
    const { stable, canary } = open;
    const seconds = sayCount((nowMs - open.frame.openedAtMs) / 1000);
    if (stable.requests + canary.requests === 0) return `no requests for ${seconds} s`;
    if (canary.requests === 0) {
      const intended = sayPercent(step.share);
      return `the canary has had no request for ${seconds} s, and should get ${intended} of them`;
    }
    if (stable.requests === 0) return `stable has had no request for ${seconds} s`;
  }
  return obstacleOfPredictions(settings, steps);
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
