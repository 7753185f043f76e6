import { SerinError } from '../domain/errors.js';
import type { Append, StoredEffect, StoredJson } from '../store/event-log.js';
import type { Effect } from './machine/effects.js';
import type { RolloutEvent } from './machine/events.js';
import type { Rollout } from './machine/state.js';
import { isActive, wakeAtMs } from './machine/waiting.js';

/** One event of a rollout, and what it leaves, as the log takes it. */
export function toAppend(
  next: Rollout,
  expectedSequence: number,
  event: RolloutEvent,
  effects: readonly Effect[],
): Append {
  const active = isActive(next);
  return {
    rolloutId: next.id,
    model: next.strategy.model,
    phase: next.phase.kind,
    active,
    waiting: active || wakeAtMs(next) !== undefined,
    expectedSequence,
    atMs: event.atMs,
    event: event as unknown as StoredJson,
    effects: effects.map((effect) => ({
      id: effect.id,
      number: effect.number,
      effect: { ...effect },
    })),
  };
}

const effectTypes: ReadonlySet<string> = new Set<Effect['type']>([
  'load-canary',
  'run-gate',
  'set-weights',
  'start-shadow',
  'stop-shadow',
  'open-judge-step',
  'promote-version',
  'unload-version',
  'keep-warm',
  'notify',
]);

/**
 * An effect that the log wants to be carried out.
 * @throws SerinError `rollout-log-invalid` when this Serin does not know it
 */
export function readEffect({ id, effect }: StoredEffect): Effect {
  const { type } = effect;
  if (typeof type !== 'string' || !effectTypes.has(type)) {
    throw new SerinError('rollout-log-invalid', {
      expected: `effect ${id} to be one that this Serin understands`,
      found: JSON.stringify(type),
    });
  }
  // What was appended with an event of a known version.
  return effect as unknown as Effect;
}
