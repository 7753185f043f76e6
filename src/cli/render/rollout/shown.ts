import type { RolloutBody } from '../../../api/contract/rollouts.js';
import { printable } from '../printable.js';
import type { Look } from './look.js';
import { renderPredictions } from './predictions.js';
import { renderRollout, type Told } from './rollout.js';

/** Everything about a rollout, with what can be done now and why not the rest. Pure. */
export function renderShown(unchecked: Told, look: Look): string {
  const told = printable(unchecked);
  const { rollout } = told;
  return [...renderRollout(told, look), renderPredictions(rollout), actionsOf(rollout)]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function actionsOf({ actions, id }: RolloutBody): string[] {
  const possible = actions.filter((action) => action.possible).map(({ name }) => name);
  const others = actions.filter((action) => !action.possible);
  return [
    ...(possible.length === 0 ? [] : [`Can be done: serin rollout ${possible.join('|')} … ${id}`]),
    ...others.map(({ name, why_not: why }) => `Not now: ${name}${why === null ? '' : ` (${why})`}`),
  ];
}
