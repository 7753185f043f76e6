import { toModelName } from '../../domain/ids.js';
import { toPercent, type Share } from '../../domain/share.js';
import type { Gate } from '../strategy/gate.js';
import { OnUndecided, type Step } from '../strategy/step.js';
import { OnHarm, type Strategy } from '../strategy/strategy.js';
import type { Choices } from './choices.js';

/** What the canary of a simulation is like. */
export const CanaryKind = {
  Good: 'good',
  Harmful: 'harmful',
  Crashing: 'crashing',
  Unloadable: 'unloadable',
  /** The judge leans to harm and never decides. */
  Leaning: 'leaning',
  Undecided: 'undecided',
  Unmeasurable: 'unmeasurable',
  /** The judge says nothing at all. */
  Silent: 'silent',
} as const;
export type CanaryKind = (typeof CanaryKind)[keyof typeof CanaryKind];

/** How likely the faults of a simulation are, each at every chance it has. */
export interface FaultRates {
  readonly crash: number;
  /** Of a call to the router, the versions, a gate, the judge or the notifier. */
  readonly failure: number;
  readonly storeFailure: number;
  readonly slowness: number;
  readonly lostAnswer: number;
  /** Of an event that came, and of a look of the judge: comes once more. */
  readonly duplicate: number;
  /** Of an answer, a timer: comes late. Of an event that came: comes once more, out of date. */
  readonly delay: number;
  readonly clockJump: number;
  readonly meddling: number;
  readonly gateFailure: number;
}

export const noFaults: FaultRates = {
  crash: 0,
  failure: 0,
  storeFailure: 0,
  slowness: 0,
  lostAnswer: 0,
  duplicate: 0,
  delay: 0,
  clockJump: 0,
  meddling: 0,
  gateFailure: 0,
};

/** One simulated rollout: what is planned, what the canary is like, and what may go wrong. */
export interface Scenario {
  readonly strategy: Strategy;
  readonly canary: CanaryKind;
  /** When the canary shows its harm, or crashes: after so many milliseconds of being exposed. */
  readonly showsAfterMs: number;
  /** Whether the server's death also takes the runners and the router's weights with it. */
  readonly servesInProcess: boolean;
  /** Requests a second. */
  readonly traffic: number;
  /** How many things people ask for. */
  readonly requests: number;
  readonly rates: FaultRates;
}

const weights = [5, 10, 25, 50, 75];

/** A random scenario: every kind of step, canary and fault, in every mixture. */
export function randomScenario(choices: Choices): Scenario {
  const chance = (kind: string, oneIn: number) => choices.between(kind, 1, oneIn) === 1;
  const holdback = chance('holdback', 8);
  const canary = chance('bad canary', 2)
    ? choices.oneOf('canary', Object.values(CanaryKind))
    : CanaryKind.Good;
  const rate = (kind: string, most: number) =>
    chance(`has ${kind}`, 3) ? most * choices.oneOf(`rate of ${kind}`, [0.2, 0.5, 1]) : 0;
  return {
    strategy: {
      ...simpleStrategy(randomSteps(choices, chance, holdback)),
      gates: chance('gates', 4) ? [gate] : [],
      ...(chance('harm is left to people', 12) ? { onHarm: OnHarm.Pause } : {}),
      coolDownMs: choices.oneOf('cool-down', [0, 30_000]),
      keepWarmMs: choices.oneOf('keep warm', [0, 120_000]),
      notify: chance('notify', 4)
        ? [{ kind: 'webhook', url: 'https://example.com', on: ['promoted', 'rolled-back'] }]
        : [],
      ...(holdback ? { holdback: { percent: toPercent(5), forMs: 60_000 } } : {}),
    },
    canary,
    showsAfterMs: choices.between('shows after', 0, chance('shows late', 8) ? 900_000 : 120_000),
    servesInProcess: chance('in process', 2),
    traffic: choices.oneOf('traffic', [2, 10, 50]),
    requests: chance('people', 3) ? choices.between('requests', 1, 4) : 0,
    rates: {
      crash: rate('crash', 0.05),
      failure: rate('failure', 0.6),
      storeFailure: rate('store failure', 0.6),
      slowness: rate('slowness', 0.3),
      lostAnswer: rate('lost answer', 0.2),
      duplicate: rate('duplicate', 0.5),
      delay: rate('delay', 0.5),
      clockJump: rate('clock jump', 0.1),
      meddling: rate('meddling', 0.05),
      gateFailure: rate('gate failure', 0.5),
    },
  };
}

const gate: Gate = { kind: 'built-in', name: 'smoke', timeoutMs: 60_000 };

/** A strategy of these steps, and the defaults for everything else. */
export function simpleStrategy(steps: readonly Step[]): Strategy {
  return {
    v: 1,
    model: toModelName('simulated'),
    stable: { kind: 'path', path: 'old' },
    canary: { kind: 'path', path: 'new' },
    router: 'in-process',
    gates: [],
    steps,
    checks: {
      alpha: 0.05 as Share,
      latency: {},
      errors: {},
      predictions: {},
      agreement: {},
      feedback: {},
    },
    fastFail: { consecutiveErrors: 10 },
    coolDownMs: 0,
    keepWarmMs: 0,
    notify: [],
  };
}

export const simulatedHold = { minMs: 20_000, maxMs: 180_000, requests: 20 };

function randomSteps(
  choices: Choices,
  chance: (kind: string, oneIn: number) => boolean,
  holdback: boolean,
): Step[] {
  const onUndecided = choices.oneOf('on undecided', Object.values(OnUndecided));
  const held = { hold: simulatedHold, onUndecided };
  const steps: Step[] = [];
  if (chance('shadow', 3)) steps.push({ kind: 'shadow', percent: toPercent(100), ...held });
  const last = choices.between('last weight', 0, weights.length - 1);
  for (const weight of weights.slice(Math.max(0, last - 2), last + 1)) {
    steps.push({ kind: 'weight', weight: toPercent(weight), ...held });
    if (chance('pause step', 12)) steps.push({ kind: 'pause', reason: 'have a look' });
    if (chance('gate step', 10)) steps.push({ kind: 'gate', gate });
  }
  if (!holdback && chance('to 100', 2)) {
    steps.push({ kind: 'weight', weight: toPercent(100), ...held });
  }
  return steps;
}
