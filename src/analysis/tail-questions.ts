import { tail95Grid, tail99Grid } from '../stats/odds-evidence.js';
import type { JudgeChecks } from './judge-settings.js';

/**
 * Five questions about slow requests. A request of stable is slow when its latency exceeds
 * factor·τ_q, one of the canary when latency/(1 + tolerance) does.
 */
export interface TailQuestion {
  readonly quantile: 'p95' | 'p99';
  readonly factor: 1 | 2;
  readonly tolerance: number;
  readonly grid: readonly number[];
}

export const tailQuestionCount = 5;

/** Places in the list of questions. */
export const Tail = {
  HarmP95: 0,
  HarmP99: 1,
  HarmTwiceP99: 2,
  SafeP95: 3,
  SafeP99: 4,
} as const;

/** The questions with the tolerances of the settings; a check that is left out is never asked. */
export function tailQuestions(checks: JudgeChecks): readonly TailQuestion[] {
  const question = (
    quantile: 'p95' | 'p99',
    factor: 1 | 2,
    tolerance: number | null | undefined,
  ): TailQuestion => ({
    quantile,
    factor,
    tolerance: tolerance ?? 0,
    grid: quantile === 'p95' ? tail95Grid : tail99Grid,
  });
  return [
    question('p95', 1, checks.latencyP95?.tolerance),
    question('p99', 1, checks.latencyP99?.tolerance),
    question('p99', 2, checks.latencyTwiceP99?.tolerance),
    question('p95', 1, checks.latencyP95?.gate),
    question('p99', 1, checks.latencyP99?.gate),
  ];
}
