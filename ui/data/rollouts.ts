import { signal } from '@preact/signals';
import type { RolloutList, RolloutSummary } from '../../src/api/contract/rollouts.js';
import { ask } from './ask.js';

/** The rollouts that are known here, newest first; undefined until they were asked for. */
export const rollouts = signal<readonly RolloutSummary[] | undefined>(undefined);

const most = 200;

export async function readRollouts(): Promise<void> {
  try {
    const read = await ask<RolloutList>(`api/v1/rollouts?limit=${most}`);
    const known = new Map((rollouts.value ?? []).map((one) => [one.id, one]));
    rollouts.value = read.rollouts.map((one) => newer(known.get(one.id), one));
  } catch {
    // The connection says it to the person; the next time that the stream opens mends it.
  }
}

/** One as the stream told it. */
export function putInRollout(changed: RolloutSummary): void {
  const known = rollouts.value ?? [];
  const at = known.findIndex(({ id }) => id === changed.id);
  rollouts.value = at === -1 ? [changed, ...known] : known.with(at, changed);
}

/** An answer that was slower than the stream must not take the page back. */
function newer(known: RolloutSummary | undefined, read: RolloutSummary): RolloutSummary {
  return known !== undefined && known.changed_at > read.changed_at ? known : read;
}
