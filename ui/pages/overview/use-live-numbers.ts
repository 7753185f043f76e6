import { useEffect } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { RolloutBody, RolloutSummary } from '../../../src/api/contract/rollouts.js';
import { ask } from '../../data/ask.js';

const everyMs = 5_000;

interface LiveNumbers {
  readonly meter: number | null;
  /** How long it takes at least from now on. */
  readonly leftMs: number | null;
}

/** What moves between two changes of a rollout: the list is told of changes alone. */
export function useLiveNumbers({ id, changed_at: changedAt, meter }: RolloutSummary): LiveNumbers {
  const live = useSignal<LiveNumbers>({ meter, leftMs: null });
  useEffect(() => {
    const read = async (): Promise<void> => {
      if (document.hidden) return;
      try {
        const rollout = await ask<RolloutBody>(`api/v1/rollouts/${encodeURIComponent(id)}`);
        live.value = { meter: rollout.meter, leftMs: rollout.time_left?.at_least_ms ?? null };
      } catch {
        // The connection says it; the next look mends it.
      }
    };
    void read();
    const timer = setInterval(() => void read(), everyMs);
    return () => clearInterval(timer);
  }, [id, changedAt]);
  return live.value;
}
