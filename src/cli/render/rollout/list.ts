import type { RolloutSummary } from '../../../api/contract/rollouts.js';
import { printable } from '../printable.js';
import { formatNumber } from '../quantities.js';
import { renderTable } from '../table.js';
import type { Look } from './look.js';

const header = ['id', 'model', 'canary', 'stable', 'phase', 'weight', 'changed', ''];

/** Rollouts in the order of the API: the newest first. Pure. */
export function renderList(
  rollouts: readonly RolloutSummary[],
  { timeOf }: Pick<Look, 'timeOf'>,
): string {
  if (rollouts.length === 0) return 'There is no rollout yet: serin rollout start serin.yaml';
  const rows = printable(rollouts).map((rollout) => [
    rollout.id,
    rollout.model,
    rollout.canary,
    rollout.stable,
    rollout.phase,
    `${formatNumber(rollout.weight)}%`,
    timeOf(rollout.changed_at),
    rollout.sentence,
  ]);
  return renderTable(header, rows);
}
