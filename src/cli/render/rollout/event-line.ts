import type { RolloutEventBody } from '../../../api/contract/rollouts.js';
import { printable } from '../printable.js';
import { formatNumber } from '../quantities.js';
import type { Look } from './look.js';

/** What happened, on one line: when, at which weight, in the API's words, by whom and why. Pure. */
export function renderEvent(told: RolloutEventBody, { timeOf, paint }: EventLook): string {
  const event = printable(told);
  const who = [event.by, event.why].filter((part) => part !== null && part !== '').join(': ');
  return [
    paint('dim', timeOf(event.at)),
    `${formatNumber(event.weight)}%`.padStart(5),
    event.sentence,
    ...(who === '' ? [] : [paint('dim', `(${who})`)]),
  ].join('  ');
}

export type EventLook = Pick<Look, 'timeOf' | 'paint'>;
