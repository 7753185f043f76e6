import type { RolloutBody } from '../../../api/contract/rollouts.js';
import { formatNumber } from '../quantities.js';
import { renderTable } from '../table.js';

/** How often each answer was given, by each arm, in the current step. Pure. */
export function renderPredictions({ predictions }: Pick<RolloutBody, 'predictions'>): string[] {
  if (predictions === null) return [];
  const rows = predictions.bins.map(({ label, stable, canary }) => [
    label,
    `${formatNumber(100 * stable)}%`,
    `${formatNumber(100 * canary)}%`,
  ]);
  return renderTable([`predicted ${predictions.kind}`, 'stable', 'canary'], rows).split('\n');
}
