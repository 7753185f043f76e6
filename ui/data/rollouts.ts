import { signal } from '@preact/signals';
import type { RolloutList, RolloutSummary } from '../../src/api/contract/rollouts.js';
import { ask } from './ask.js';
import { follow } from './follow.js';

/** The rollouts that are known here, newest first; undefined until they were asked for. */
export const rollouts = signal<readonly RolloutSummary[] | undefined>(undefined);

const most = 200;

/** Keeps the list as it is on the server. @returns a function that stops it */
export function followRollouts(): () => void {
  return follow('api/v1/rollouts/follow', {
    on: { rollout: (sent) => putIn(sent as RolloutSummary) },
    onOpen: () => void readRollouts(),
  });
}

async function readRollouts(): Promise<void> {
  try {
    rollouts.value = (await ask<RolloutList>(`api/v1/rollouts?limit=${most}`)).rollouts;
  } catch {
    // The connection says it to the person; the next time that the stream opens mends it.
  }
}

function putIn(changed: RolloutSummary): void {
  const known = rollouts.value ?? [];
  const at = known.findIndex(({ id }) => id === changed.id);
  rollouts.value = at === -1 ? [changed, ...known] : known.with(at, changed);
}
