import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { RolloutBody, RolloutSummary } from '../../../src/api/contract/rollouts.js';
import { ask } from '../../data/ask.js';

const everyMs = 5_000;

/** How long a rollout takes at least from now on, in milliseconds; the list does not tell it. */
export function useTimeLeft({ id, changed_at: changedAt }: RolloutSummary): number | null {
  const left = useSignal<number | null>(null);
  useEffect(() => {
    const read = async (): Promise<void> => {
      if (document.hidden) return;
      try {
        const rollout = await ask<RolloutBody>(`api/v1/rollouts/${encodeURIComponent(id)}`);
        left.value = rollout.time_left?.at_least_ms ?? null;
      } catch {
        // The connection says it; the next look mends it.
      }
    };
    void read();
    const timer = setInterval(() => void read(), everyMs);
    return () => clearInterval(timer);
  }, [id, changedAt]);
  return left.value;
}
