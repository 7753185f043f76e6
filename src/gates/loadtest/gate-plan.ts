import type { LoadtestWishes } from '../../rollout/strategy/gate-wishes.js';
import type { ClosedLoad, LoadPlan } from './plan.js';
import { limitErrors } from './thresholds/limit-errors.js';
import { parseThreshold } from './thresholds/parse-threshold.js';

/** A few users for a few seconds: stable answers live traffic meanwhile, and half of these. */
export const defaultGateLoad: ClosedLoad = {
  kind: 'closed',
  users: 4,
  spawnPerSecond: Infinity,
  thinkMs: { from: 5, to: 15 },
};

export const defaultGateTimes = { warmUpMs: 2_000, durationMs: 10_000, answerMs: 10_000 } as const;

/**
 * The plan of the gate `loadtest`: what was wished, and what holds where nothing was.
 * @throws SerinError `usage` for a threshold that cannot be read
 */
export function planOfGate(wishes: LoadtestWishes): LoadPlan {
  return {
    load: loadOf(wishes),
    warmUpMs: wishes.warmUpMs ?? defaultGateTimes.warmUpMs,
    durationMs: wishes.durationMs ?? defaultGateTimes.durationMs,
    timeoutMs: wishes.answerMs ?? defaultGateTimes.answerMs,
    thresholds: limitErrors((wishes.thresholds ?? []).map(parseThreshold)),
    stopEarly: wishes.stopEarly ?? true,
    seed: wishes.seed ?? 1,
  };
}

function loadOf({ load }: LoadtestWishes): LoadPlan['load'] {
  if (load === undefined) return defaultGateLoad;
  if (load.kind === 'open') return load;
  return { ...load, spawnPerSecond: load.spawnPerSecond ?? Infinity };
}

/** Users have a connection each; callers who come at a rate share what there is. */
export function connectionsOf({ load }: Pick<LoadPlan, 'load'>): number {
  return load.kind === 'closed' ? load.users : 512;
}
