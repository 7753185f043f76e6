import type { Watching } from '../../rollouts/watch-rollout.js';

/** What is said when the watching ends: how the rollout stands, and what can be done next. Pure. */
export function renderLastWords({ because, rollout }: Watching): string {
  const { id, sentence, warm_until: warm } = rollout;
  switch (because) {
    case 'ended':
      return warm === null ? sentence : `${sentence}\nBack again: serin rollout rollback ${id}`;
    case 'paused':
      return `${sentence}\nGo on: serin rollout resume ${id}`;
    case 'timed-out':
    case 'interrupted':
      return `${sentence}\nIt goes on by itself. Watch it: serin rollout watch ${id}`;
  }
}
