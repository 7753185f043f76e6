import type { PartialJudgeSettings } from './read-judge-settings.js';

/**
 * The same file is slower in the arm with less traffic: between two of its requests, others take the
 * CPU's caches from its process. Measured at 10%: the model's run itself takes 97 instead of 44 µs at
 * best, and a request 0.1 to 0.4 ms longer (docs/reference/judge.md). That is true, and no fault of
 * the version, so it is tolerated.
 */
const latencyToleranceMs = 0.5;

/**
 * What is asked beyond the checks that STATISTICS.md weighs: both can be asked of any traffic. They
 * get little of alpha, as every check takes some of it from the others: with these two, errors need
 * evidence of 55 : 1 instead of 50 : 1. Time-outs are errors already. A version that was trained anew
 * is meant to answer otherwise now and then (the sample's second version does in 6% of cases, a
 * broken third one in 52%), so the default of 0.05 is left to those who ask for it.
 * An HTTP server may answer in a form that has no prediction: it is judged by the rest.
 */
const alsoAsked = {
  predictions: { weight: 0.05, tolerance: 0.2, onlyWhereReadable: true },
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
  return { latencyToleranceMs, sticky, ...wished, checks: { ...alsoAsked, ...wished.checks } };
}
