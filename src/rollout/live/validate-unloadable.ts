import type { RolloutController } from '../controller.js';
import type { EffectId } from '../machine/events.js';
import type { Gates, OfRollout } from '../ports.js';

export interface UnloadableParts {
  readonly controller: Pick<RolloutController, 'show'>;
  readonly gates: Gates;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/**
 * Has a canary validated that could not be loaded, and so never comes to its gates: the report says
 * what is wrong with it in more than the runtime's words. Only where the strategy has that gate, and
 * before any traffic; whatever becomes of it, the rollout ends because the canary did not load.
 */
export async function validateWhatDidNotLoad(
  of: OfRollout,
  { controller, gates, warn }: UnloadableParts,
): Promise<void> {
  const { rolloutId, strategy } = of;
  const gate = strategy.gates.find((one) => one.kind === 'built-in' && one.name === 'validate');
  if (gate === undefined) return;
  try {
    const { phase } = await controller.show(rolloutId);
    if (phase.kind !== 'preparing') return;
    await gates.run(of, gate, `${rolloutId}/validate-unloadable` as EffectId);
  } catch (thrown) {
    warn('a canary that did not load could not be validated', {
      rollout: rolloutId,
      reason: String(thrown),
    });
  }
}
