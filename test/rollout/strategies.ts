import { toModelName } from '../../src/domain/ids.js';
import { toPercent, type Share } from '../../src/domain/share.js';
import type { Step } from '../../src/rollout/strategy/step.js';
import type { Strategy } from '../../src/rollout/strategy/strategy.js';

/** What the tests' steps hold. */
export const hold = { minMs: 30_000, maxMs: 900_000, requests: 200 };

export const weightStep = (
  weight: number,
  changes: Partial<Step & { kind: 'weight' }> = {},
): Step => ({
  kind: 'weight',
  weight: toPercent(weight),
  hold,
  onUndecided: 'pause',
  ...changes,
});

export const shadowStep: Step = {
  kind: 'shadow',
  percent: toPercent(100),
  hold: { ...hold, requests: 500 },
  onUndecided: 'pause',
};

export const gateStep: Step = {
  kind: 'gate',
  gate: { kind: 'webhook', url: 'https://example.com/go', timeoutMs: 60_000 },
};

export const pauseStep: Step = { kind: 'pause', reason: 'look at the disagreements' };

/** A strategy for tests: the default one, changed where a test says so. */
export function strategyOf(changes: Partial<Strategy> = {}): Strategy {
  return {
    v: 1,
    model: toModelName('churn'),
    stable: { kind: 'path', path: 'models/churn/1' },
    canary: { kind: 'path', path: 'models/churn/2' },
    router: 'in-process',
    gates: [],
    steps: [10, 25, 50, 75, 100].map((weight) => weightStep(weight)),
    checks: {
      alpha: 0.05 as Share,
      latency: {},
      errors: {},
      predictions: {},
      agreement: {},
      feedback: {},
    },
    fastFail: { consecutiveErrors: 10 },
    coolDownMs: 60_000,
    keepWarmMs: 3_600_000,
    notify: [],
    ...changes,
  };
}
