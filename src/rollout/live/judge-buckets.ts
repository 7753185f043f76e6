import { defaultJudgeSettings } from '../../analysis/judge-settings.js';
import type { PartialJudgeSettings } from '../../analysis/read-judge-settings.js';
import { isHeld } from '../strategy/step.js';
import type { Strategy } from '../strategy/strategy.js';

/** Engine A needs three buckets, and the last of them settles: a step is to hold all of it. */
const partsOfHold = 4;
/** Shorter ones would compare moments, and tell the machine's hiccups instead of the canary's. */
const shortestMs = 500;

/**
 * How long the judge's buckets are: 5 s (STATISTICS), or less where a step may be left after less than
 * 20 s, as it would be left before the judge could have said anything.
 */
export function bucketsOf({
  steps,
}: Pick<Strategy, 'steps'>): Pick<PartialJudgeSettings, 'bucket' | 'settleMs'> {
  const { bucket, settleMs } = defaultJudgeSettings;
  const shortestHoldMs = Math.min(
    ...steps.flatMap((step) => (isHeld(step) ? step.hold.minMs : [])),
  );
  const durationMs = Math.max(shortestMs, shortestHoldMs / partsOfHold);
  return durationMs < bucket.durationMs
    ? { bucket: { durationMs }, settleMs: Math.min(settleMs, durationMs) }
    : {};
}
