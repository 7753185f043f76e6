import type { EvidenceOverTime, RolloutBody } from '../../../src/api/contract/rollouts.js';
import type { Level } from '../../charts/chart-plan.js';

export type Evidence = NonNullable<RolloutBody['verdict']>['evidence'][number];
export type CheckLines = EvidenceOverTime['lines'][number];

/**
 * What a check's interval is compared with: as the judge takes it now, where that follows stable's
 * latency or failures; else as the rollout file has it.
 */
export function levelsOf(
  line: CheckLines | undefined,
  evidence: Pick<Evidence, 'shown'> | undefined,
): readonly Level[] {
  const tolerance = evidence?.shown['harmAbove'] ?? line?.tolerance;
  const gate = evidence?.shown['safeBelow'] ?? line?.gate;
  return [
    ...(isKnown(tolerance) ? [{ at: tolerance, words: 'tolerance', colour: 'bad' } as const] : []),
    ...(isKnown(gate) ? [{ at: gate, words: 'gate', colour: 'good' } as const] : []),
  ];
}

function isKnown(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
}
