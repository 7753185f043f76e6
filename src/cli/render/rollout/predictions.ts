import type { RolloutBody } from '../../../api/contract/rollouts.js';
import { formatNumber } from '../quantities.js';
import { renderTable } from '../table.js';

/** How often each answer was given, by each arm, in the current step. Pure. */
export function renderPredictions({ predictions }: Pick<RolloutBody, 'predictions'>): string[] {
  if (predictions === null) return [];
  const { bins } = predictions;
  const answered = {
    stable: bins.some(({ stable }) => stable > 0),
    canary: bins.some(({ canary }) => canary > 0),
  };
  const rows = bins.map(({ label, stable, canary }) => [
    label,
    answered.stable ? `${formatNumber(100 * stable)}%` : '–',
    answered.canary ? `${formatNumber(100 * canary)}%` : '–',
  ]);
  return renderTable([`predicted ${predictions.kind}`, 'stable', 'canary'], rows).split('\n');
}
