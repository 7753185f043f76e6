import type { ModelName } from '../domain/ids.js';
import type { Percent } from '../domain/share.js';
import type { Router } from '../traffic/router.js';
import type { Effect } from './machine/effects.js';
import type { RolloutEventBody } from './machine/events.js';
import { sameWeight } from './machine/weights.js';
import type { ControllerPorts, OfRollout } from './ports.js';

/**
 * Carries one effect out.
 * @returns the event that answers it, where the machine waits for one
 * @throws whatever the port throws: it has not been carried out, or not surely
 */
export async function performEffect(
  ports: ControllerPorts,
  of: OfRollout,
  effect: Effect,
): Promise<RolloutEventBody | undefined> {
  const { router, versions, gates, judge, notifier } = ports;
  const { model } = of.strategy;
  switch (effect.type) {
    case 'load-canary':
      await versions.loadCanary(of);
      return { type: 'canary-ready', effect: effect.id };
    case 'run-gate': {
      const { passed, reason } = await gates.run(of, effect.gate, effect.id);
      return { type: passed ? 'gate-passed' : 'gate-failed', effect: effect.id, reason };
    }
    case 'set-weights':
      await router.setWeight(model, effect.weight);
      return {
        type: 'weights-applied',
        effect: effect.id,
        observed: await weightInForce(router, model, effect.weight),
      };
    case 'start-shadow': {
      const { agreement } = of.strategy.checks;
      const tolerance = agreement === 'off' ? undefined : agreement.tolerance;
      await router.startShadow(model, effect.percent, tolerance);
      return undefined;
    }
    case 'stop-shadow':
      await router.stopShadow(model);
      return undefined;
    case 'open-judge-step': {
      const { entry, step, weight, shadow } = effect;
      await judge.open(of, { entry, step, weight, shadow });
      return undefined;
    }
    case 'promote-version':
      await versions.promote(of, effect.which);
      return { type: 'version-promoted', effect: effect.id };
    case 'unload-version':
      await versions.unload(of, effect.which);
      return undefined;
    case 'keep-warm':
      await versions.keepPreviousWarm(of, effect.untilMs);
      return undefined;
    case 'notify':
      await notifier.notify(of, effect.on, effect.reason, effect.id);
      return undefined;
  }
}

/**
 * Reads back what the router was told.
 * @throws Error when another weight is in force: then it is told again, some time later
 */
async function weightInForce(router: Router, model: ModelName, told: Percent): Promise<Percent> {
  if (!router.capabilities.verify) return told;
  const observed = await router.weightInForce(model);
  if (sameWeight(observed, told)) return observed;
  throw new Error(`the router was told ${told}%, and has ${observed}% in force`);
}

/** Effects of one lane are carried out one after the other; lanes do not wait for each other. */
export type Lane = 'traffic' | 'versions' | 'gate' | 'judge' | 'notify';

/** A gate that takes minutes, or a listener that does not answer, must not hold up a roll-back. */
export function laneOf(effect: Effect): Lane {
  switch (effect.type) {
    case 'set-weights':
    case 'start-shadow':
    case 'stop-shadow':
    case 'promote-version':
      return 'traffic';
    case 'load-canary':
    case 'unload-version':
    case 'keep-warm':
      return 'versions';
    case 'run-gate':
      return 'gate';
    case 'open-judge-step':
      return 'judge';
    case 'notify':
      return 'notify';
  }
}
