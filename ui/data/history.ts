import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RolloutList, RolloutSummary } from '../../src/api/contract/rollouts.js';
import { ask, wordsOf } from './ask.js';
import { follow } from './follow.js';

/** Which rollouts somebody wants to see; empty: whichever. */
export interface Wanted {
  readonly model: string;
  readonly outcome: string;
}

export interface History {
  /** The newest first; undefined until they were asked for. */
  readonly rollouts: readonly RolloutSummary[] | undefined;
  /** Names the page before; null when there is none. */
  readonly older: string | null;
  readonly problem: string | undefined;
}

const nothing: History = { rollouts: undefined, older: null, problem: undefined };
const pageSize = 100;

/** Finished and running rollouts, page by page. The first page is read anew whenever a rollout changes. */
export function useHistory({ model, outcome }: Wanted): {
  readonly history: ReadonlySignal<History>;
  readonly readOlder: () => Promise<void>;
} {
  const history = useSignal(nothing);
  const key = `${model} ${outcome}`;
  const wantedNow = useRef(key);
  wantedNow.current = key;
  const read = async (before: string | undefined): Promise<void> => {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (model !== '') query.set('model', model);
    if (outcome !== '') query.set('outcome', outcome);
    if (before !== undefined) query.set('before', before);
    try {
      const page = await ask<RolloutList>(`api/v1/rollouts?${query.toString()}`);
      // What was asked for before the filter changed is not wanted any more.
      if (wantedNow.current === key) history.value = joined(history.value, page, before);
    } catch (thrown) {
      history.value = { ...history.value, problem: wordsOf(thrown) };
    }
  };
  useEffect(() => {
    history.value = nothing;
    return follow('api/v1/rollouts/follow', {
      on: { rollout: () => void read(undefined) },
      onOpen: () => void read(undefined),
    });
  }, [model, outcome]);
  const readOlder = async (): Promise<void> => {
    const { older } = history.value;
    if (older !== null) await read(older);
  };
  return { history, readOlder };
}

/** A newer first page goes before the older ones that are shown already. */
function joined(known: History, page: RolloutList, before: string | undefined): History {
  const fresh = new Set(page.rollouts.map(({ id }) => id));
  const others = (known.rollouts ?? []).filter(({ id }) => !fresh.has(id));
  if (before !== undefined) {
    return { rollouts: [...others, ...page.rollouts], older: page.older, problem: undefined };
  }
  const last = page.rollouts.at(-1)?.started_at ?? '';
  // What is newer than the page's end and not on it does not belong here any more.
  const after = page.older === null ? [] : others.filter((one) => one.started_at <= last);
  return {
    rollouts: [...page.rollouts, ...after],
    older: after.length === 0 ? page.older : known.older,
    problem: undefined,
  };
}
