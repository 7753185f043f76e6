import type { RolloutEventBody } from '../../../api/contract/rollouts.js';
import { printable } from '../printable.js';
import { formatNumber } from '../quantities.js';
import type { Look } from './look.js';

/**
 * What happened, on one line: when, at which weight, and in the API's words; with who and why, where
 * those do not say so already. Pure.
 */
export function renderEvent(told: RolloutEventBody, { timeOf, paint }: EventLook): string {
  const event = printable(told);
  const unsaid = [event.by, event.why].filter((part) => !event.sentence.includes(part ?? ''));
  return [
    paint('dim', timeOf(event.at)),
    `${formatNumber(event.weight)}%`.padStart(5),
    event.sentence,
    ...(unsaid.length === 0 ? [] : [paint('dim', `(${unsaid.join(': ')})`)]),
  ].join('  ');
}

export type EventLook = Pick<Look, 'timeOf' | 'paint'>;
