import type { RolloutBody } from '../../../api/contract/rollouts.js';
import { printable } from '../printable.js';
import { formatNumber } from '../quantities.js';
import { renderTable } from '../table.js';
import type { Look } from './look.js';
import { renderRollout } from './rollout.js';

/** Everything about a rollout, with what can be done now and why not the rest. Pure. */
export function renderShown(told: RolloutBody, alpha: number, look: Look): string {
  const rollout = printable(told);
  return [...renderRollout(rollout, alpha, look), predictionsOf(rollout), actionsOf(rollout)]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function predictionsOf({ predictions }: RolloutBody): string[] {
  if (predictions === null) return [];
  const rows = predictions.bins.map(({ label, stable, canary }) => [
    label,
    `${formatNumber(100 * stable)}%`,
    `${formatNumber(100 * canary)}%`,
  ]);
  return renderTable([`predicted ${predictions.kind}`, 'stable', 'canary'], rows).split('\n');
}

function actionsOf({ actions, id }: RolloutBody): string[] {
  const possible = actions.filter((action) => action.possible).map(({ name }) => name);
  const others = actions.filter((action) => !action.possible);
  return [
    ...(possible.length === 0 ? [] : [`Can be done: serin rollout ${possible.join('|')} … ${id}`]),
    ...others.map(({ name, why_not: why }) => `Not now: ${name}${why === null ? '' : ` (${why})`}`),
  ];
}
