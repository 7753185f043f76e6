import type { EffectId } from '../../rollout/machine/events.js';
import type { OfRollout } from '../../rollout/ports.js';
import { artefactName } from '../../rollout/strategy/artefact-name.js';

/** What a gate is asked about, as a webhook is sent it. */
export interface GateSubject {
  readonly rollout: string;
  readonly model: string;
  readonly stable: string;
  readonly canary: string;
}

export function gateSubject({ rolloutId, strategy }: OfRollout): GateSubject {
  const { model, stable, canary } = strategy;
  return {
    rollout: rolloutId,
    model,
    stable: artefactName(stable),
    canary: artefactName(canary),
  };
}

/** The same, as a command finds it in its environment. */
export function gateEnvironment(of: OfRollout, effect: EffectId): Record<string, string> {
  const { rollout, model, stable, canary } = gateSubject(of);
  return {
    SERIN_ROLLOUT: rollout,
    SERIN_MODEL: model,
    SERIN_STABLE: stable,
    SERIN_CANARY: canary,
    SERIN_IDEMPOTENCY_KEY: effect,
  };
}
