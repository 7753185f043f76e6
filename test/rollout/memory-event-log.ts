import { SerinError } from '../../src/domain/errors.js';
import type { RolloutId } from '../../src/domain/rollout-id.js';
import type {
  Append,
  EventLog,
  RolloutHead,
  StoredEffect,
  StoredEvent,
} from '../../src/store/event-log.js';

interface Kept {
  head: RolloutHead;
  readonly events: StoredEvent[];
  readonly pending: Map<string, StoredEffect>;
}

/**
 * An event log in memory, for tests. It keeps what it is given as it is: events and effects are
 * never changed by anybody.
 */
export class MemoryEventLog implements EventLog {
  readonly #rollouts = new Map<RolloutId, Kept>();
  readonly #effectOwner = new Map<string, Kept>();
  #position = 0;

  append(append: Append): Promise<void> {
    const error = this.#refusal(append);
    if (error !== undefined) return Promise.reject(error);
    this.#keep(append);
    return Promise.resolve();
  }

  read(rolloutId: RolloutId, afterSequence = 0): Promise<readonly StoredEvent[]> {
    return Promise.resolve(this.#rollouts.get(rolloutId)?.events.slice(afterSequence) ?? []);
  }

  pendingEffects(rolloutId: RolloutId): Promise<readonly StoredEffect[]> {
    return Promise.resolve([...(this.#rollouts.get(rolloutId)?.pending.values() ?? [])]);
  }

  settleEffect(id: string): Promise<void> {
    this.#effectOwner.get(id)?.pending.delete(id);
    return Promise.resolve();
  }

  list(): Promise<readonly RolloutHead[]> {
    const heads = [...this.#rollouts.values()].map(({ head }) => head);
    return Promise.resolve(heads.toSorted(newestFirst));
  }

  changedSince(position: number): Promise<readonly RolloutHead[]> {
    const heads = [...this.#rollouts.values()].map(({ head }) => head);
    const changed = heads.filter((head) => head.position > position);
    return Promise.resolve(changed.toSorted((a, b) => a.position - b.position));
  }

  open(): Promise<readonly RolloutHead[]> {
    const open = [...this.#rollouts.values()].filter(
      ({ head, pending }) => head.waiting || pending.size > 0,
    );
    return Promise.resolve(open.map(({ head }) => head).toSorted(newestFirst));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #refusal({ rolloutId, model, active, expectedSequence }: Append): SerinError | undefined {
    const sequence = this.#rollouts.get(rolloutId)?.head.sequence ?? 0;
    if (sequence !== expectedSequence) return new SerinError('conflict');
    if (!active) return undefined;
    for (const { head } of this.#rollouts.values()) {
      if (head.active && head.model === model && head.rolloutId !== rolloutId) {
        return new SerinError('rollout-exists');
      }
    }
    return undefined;
  }

  #keep(append: Append): void {
    const { rolloutId, model, phase, active, waiting, expectedSequence, event } = append;
    const sequence = expectedSequence + 1;
    const changedAtMs = Math.round(append.atMs);
    const before = this.#rollouts.get(rolloutId);
    const beganAtMs = before?.head.beganAtMs ?? changedAtMs;
    const position = ++this.#position;
    const as = { phase, active, waiting, position };
    const head = { rolloutId, model, sequence, beganAtMs, changedAtMs, ...as };
    const kept = before ?? { head, events: [], pending: new Map<string, StoredEffect>() };
    kept.head = head;
    kept.events.push({ sequence, event });
    for (const effect of append.effects) {
      kept.pending.set(effect.id, effect);
      this.#effectOwner.set(effect.id, kept);
    }
    this.#rollouts.set(rolloutId, kept);
  }
}

function newestFirst(a: RolloutHead, b: RolloutHead): number {
  return b.beganAtMs - a.beganAtMs || (a.rolloutId < b.rolloutId ? 1 : -1);
}
