import type { RolloutId } from '../../domain/rollout-id.js';
import type { RolloutController } from '../../rollout/controller.js';
import type { RolloutEvent } from '../../rollout/machine/events.js';
import { begin } from '../../rollout/machine/fold.js';
import type { Rollout } from '../../rollout/machine/state.js';
import { transition } from '../../rollout/machine/transition.js';
import { SerinError } from '../../domain/errors.js';

/** One event, and the rollout before and after it. */
export interface Happening {
  readonly sequence: number;
  readonly event: RolloutEvent;
  readonly before: Rollout | undefined;
  readonly after: Rollout;
}

/** Rollouts whose histories are kept at hand; those that nobody asks for go first. */
const mostKept = 100;

/** The events of rollouts with what each of them changed, read from the log once. */
export class RolloutHistories {
  readonly #known = new Map<RolloutId, readonly Happening[]>();

  constructor(private readonly controller: Pick<RolloutController, 'events'>) {}

  /**
   * Everything that happened to a rollout, the oldest first.
   * @throws SerinError `rollout-not-found`, `rollout-log-invalid`, `store-failed`
   */
  async of(id: RolloutId): Promise<readonly [Happening, ...Happening[]]> {
    const known = this.#known.get(id) ?? [];
    const newer = await this.controller.events(id, known.length);
    const history = unfold(id, newer, known);
    const [first, ...rest] = history;
    if (first === undefined) {
      throw new SerinError('rollout-not-found', { found: JSON.stringify(id.slice(0, 100)) });
    }
    this.#keep(id, history);
    return [first, ...rest];
  }

  #keep(id: RolloutId, history: readonly Happening[]): void {
    // Another caller may have read further meanwhile.
    if ((this.#known.get(id)?.length ?? 0) > history.length) return;
    this.#known.delete(id);
    this.#known.set(id, history);
    const oldest = this.#known.keys().next();
    if (this.#known.size > mostKept && oldest.done !== true) this.#known.delete(oldest.value);
  }
}

/**
 * Events with what each of them changed, after those that are known.
 * @throws SerinError `rollout-log-invalid` when the first is no submission
 */
export function unfold(
  id: RolloutId,
  newer: readonly { readonly sequence: number; readonly event: RolloutEvent }[],
  known: readonly Happening[] = [],
): Happening[] {
  const history = [...known];
  for (const { sequence, event } of newer) {
    if (sequence !== history.length + 1) continue;
    const before = history.at(-1)?.after;
    const [after] = before === undefined ? begin(id, event) : transition(before, event);
    history.push({ sequence, event, before, after });
  }
  return history;
}
