import type { PartialJudgeSettings } from './read-judge-settings.js';

/**
 * Latencies under a millisecond count as one. There the arm with less traffic is slower for being
 * the smaller one: its process sleeps more and its batches are smaller (measured: 0.35 ms against
 * 0.30 ms for the same file at a share of 30%), and no user notices.
 */
const latencyFloorMs = 1;

/**
 * Checks beyond those of STATISTICS.md. They get little of alpha, as every check takes some of it
 * from the others: with these two, errors need evidence of 55 : 1 instead of 50 : 1. Time-outs are
 * errors already.
 */
const alsoAsked = {
  predictions: { weight: 0.05, tolerance: 0.2 },
  feedback: { weight: 0.05 },
};

/**
 * The settings with which a running server judges; recordings are judged by the same.
 * @param sticky whether users keep their arm
 */
export function liveJudgeSettings(
  wished: PartialJudgeSettings,
  sticky: boolean,
): PartialJudgeSettings {
  return { latencyFloorMs, sticky, ...wished, checks: { ...alsoAsked, ...wished.checks } };
}
