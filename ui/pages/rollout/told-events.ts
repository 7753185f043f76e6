import type { RolloutEventBody } from '../../../src/api/contract/rollouts.js';

/** One line of what happened; `looks` of the judge in a row that changed nothing are one line. */
export interface Told {
  readonly event: RolloutEventBody;
  readonly looks: number;
}

/**
 * What a person is told, in the order of the events. While a step goes on the judge says again and
 * again what is not known yet: of these in a row only the newest is worth a line.
 */
export function toldEvents(events: readonly RolloutEventBody[]): Told[] {
  const told: Told[] = [];
  for (const event of events) {
    const last = told.at(-1);
    if (last !== undefined && isNewerLook(event, last.event)) {
      told[told.length - 1] = { event, looks: last.looks + 1 };
    } else {
      told.push({ event, looks: 1 });
    }
  }
  return told;
}

function isNewerLook(event: RolloutEventBody, before: RolloutEventBody): boolean {
  return (
    isOnlyALook(event) &&
    isOnlyALook(before) &&
    event.phase === before.phase &&
    event.weight === before.weight
  );
}

/** A look that moves the rollout says more than the judge's own reason. */
function isOnlyALook({ type, sentence, why }: RolloutEventBody): boolean {
  return type === 'judged' && sentence === why;
}
