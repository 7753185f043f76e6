import type { Verdict } from '../domain/verdict.js';
import { withFindings } from '../observing/with-findings.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import type { ServerContext } from './context.js';

/**
 * What is said of a model's canary, the same as its rollout is told: the judge's verdict with what
 * the model's sources found. Undefined where there is no canary.
 */
export function verdictOf(
  { comparisons, fronts }: Pick<ServerContext, 'comparisons' | 'fronts'>,
  model: ServedModel,
): Verdict | undefined {
  const verdict = comparisons.verdict(model);
  return verdict === undefined ? undefined : withFindings(verdict, fronts.findings.of(model.name));
}
