import type { LoadPlan } from '../plan.js';
import { writeMs } from '../thresholds/words.js';

/** The load of a plan in a few words: `10 users, 2 more each second`, `200 requests a second`. */
export function inWords({ load }: Pick<LoadPlan, 'load'>): string {
  if (load.kind === 'open') {
    const { fromPerSecond: from, toPerSecond: to } = load;
    return from === to ? `${from} requests a second` : `${from} to ${to} requests a second`;
  }
  const { users, spawnPerSecond, thinkMs } = load;
  const parts = [
    `${users} ${users === 1 ? 'user' : 'users'}`,
    ...(Number.isFinite(spawnPerSecond) && users > 1 ? [`${spawnPerSecond} more each second`] : []),
    ...(thinkMs.to === 0
      ? []
      : [
          thinkMs.from === thinkMs.to
            ? `thinking ${writeMs(thinkMs.to)}`
            : `thinking ${writeMs(thinkMs.from)} to ${writeMs(thinkMs.to)}`,
        ]),
  ];
  return parts.join(', ');
}
