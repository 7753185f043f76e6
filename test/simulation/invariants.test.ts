import { afterEach, expect, test, vi } from 'vitest';
import { startPromoting } from '../../src/rollout/machine/ending.js';
import { enterNextStep } from '../../src/rollout/machine/steps.js';
import type * as Draft from '../../src/rollout/machine/draft.js';
import type * as OutOfDate from '../../src/rollout/machine/out-of-date.js';
import type * as TransitionModule from '../../src/rollout/machine/transition.js';
import type * as MustHoldModule from '../../src/rollout/machine/must-hold.js';
import type * as Perform from '../../src/rollout/perform-effect.js';
import { Invariant } from '../../src/rollout/simulate/invariant.js';
import { isHeld } from '../../src/rollout/simulate/forward-watch.js';
import {
  noFaults,
  simpleStrategy,
  simulatedHold,
  type Scenario,
} from '../../src/rollout/simulate/scenario.js';
import { MemoryEventLog } from '../rollout/memory-event-log.js';
import { toPercent } from '../../src/domain/share.js';

/*
 * A promise that cannot be broken is no test. Each of these breaks the machine or the controller in
 * one way, and sees the simulation find it.
 */
const machine = '../../src/rollout/machine';
type Transition = Draft.Transition;
type Break = (
  real: Transition,
  given: Parameters<typeof TransitionModule.transition>,
) => Transition;

afterEach(() => {
  vi.resetModules();
  vi.doUnmock(`${machine}/transition.js`);
  vi.doUnmock(`${machine}/out-of-date.js`);
  vi.doUnmock(`${machine}/must-hold.js`);
  vi.doUnmock('../../src/rollout/perform-effect.js');
});

/** What rollouts violate, one after the other, until it is what is wanted, or so many are done. */
async function violatedBy(
  rollouts: number,
  wanted?: Invariant,
  scenario?: Scenario,
): Promise<ReadonlySet<string>> {
  const { simulate } = await import('../../src/rollout/simulate/simulate.js');
  const found = new Set<string>();
  for (let seed = 1; seed <= rollouts && !(wanted !== undefined && found.has(wanted)); seed++) {
    const { violations } = await simulate(seed, {
      newLog: () => new MemoryEventLog(),
      ...(scenario === undefined ? {} : { scenario }),
    });
    for (const { invariant } of violations) found.add(invariant);
  }
  return found;
}

function breakTransition(broken: Break): void {
  vi.doMock(`${machine}/transition.js`, async (original) => {
    const real = await original<typeof TransitionModule>();
    return {
      transition: (...given: Parameters<typeof real.transition>) =>
        broken(real.transition(...given), given),
    };
  });
}

test('nothing is violated by the machine as it is', async () => {
  expect(await violatedBy(100)).toEqual(new Set());
});

test('a machine that gives too much is found', async () => {
  breakTransition(([state, effects]) => [
    state,
    effects.map((effect) =>
      effect.type === 'set-weights' && effect.weight > 0 && effect.weight < 90
        ? { ...effect, weight: toPercent(effect.weight + 1) }
        : effect,
    ),
  ]);
  expect(await violatedBy(20, Invariant.NotAbove)).toContain(Invariant.NotAbove);
});

test('a machine that rolls back without taking the traffic is found', async () => {
  breakTransition(([state, effects]) =>
    state.phase.kind === 'rolling-back'
      ? [{ ...state, phase: { kind: 'failed', atMs: state.clockMs, why: 'broken' } }, []]
      : [state, effects],
  );
  expect(await violatedBy(100, Invariant.NothingAfter)).toContain(Invariant.NothingAfter);
});

test('a controller that unloads the wrong version is found', async () => {
  vi.doMock('../../src/rollout/perform-effect.js', async (original) => {
    const real = await original<typeof Perform>();
    return {
      ...real,
      performEffect: (...[ports, of, effect]: Parameters<typeof real.performEffect>) => {
        const which = of.strategy.keepWarmMs === 0 ? 'canary' : 'previous';
        return real.performEffect(
          ports,
          of,
          effect.type === 'unload-version' ? { ...effect, which } : effect,
        );
      },
    };
  });
  expect(await violatedBy(100, Invariant.StableThere)).toContain(Invariant.StableThere);
});

test('a machine that does not see that time is up is found', async () => {
  breakTransition((real, [rollout, event]) => (event.type === 'tick' ? [rollout, []] : real));
  expect(await violatedBy(300, Invariant.Ends)).toContain(Invariant.Ends);
});

test.each([
  ['that is to pause or to roll back', false],
  ['that is to promote, with a canary that leans to harm,', true],
])('a machine that goes on when the time of a step is up %s is found', async (_, promotes) => {
  breakTransition((real, [rollout]) => {
    const step = rollout.strategy.steps[rollout.step];
    const isUp = 'by' in real[0].phase && real[0].phase.by.kind === 'undecided';
    return isHeld(rollout, step) && isUp && (step.onUndecided === 'promote') === promotes
      ? enterNextStep(rollout, real[0].clockMs, { kind: 'undecided' }, 'broken')
      : real;
  });
  expect(await violatedBy(300, Invariant.NotUnasked)).toContain(Invariant.NotUnasked);
});

test('a machine that promotes after a holdback that leans to harm is found', async () => {
  breakTransition((real, [rollout]) =>
    rollout.phase.kind === 'holding-back' && real[0].phase.kind === 'paused'
      ? startPromoting(rollout, real[0].clockMs, { kind: 'judge' }, 'broken')
      : real,
  );
  const weight = { kind: 'weight', weight: toPercent(10), hold: simulatedHold } as const;
  const strategy = simpleStrategy([{ ...weight, onUndecided: 'promote' }]);
  const holdback = { percent: toPercent(5), forMs: 300_000 };
  const scenario: Scenario = {
    strategy: { ...strategy, holdback },
    canary: 'leaning',
    // By then the step is over.
    showsAfterMs: simulatedHold.maxMs + 60_000,
    servesInProcess: false,
    traffic: 50,
    requests: 0,
    rates: noFaults,
  };
  expect(await violatedBy(1, Invariant.NotUnasked, scenario)).toContain(Invariant.NotUnasked);
});

test('a machine that goes on as soon as the router has confirmed a weight is found', async () => {
  breakTransition((real, [rollout, event]) =>
    event.type === 'weights-applied' && rollout.phase.kind === 'progressing'
      ? enterNextStep(real[0], real[0].clockMs, { kind: 'effect' }, 'broken')
      : real,
  );
  expect(await violatedBy(20, Invariant.NotUnasked)).toContain(Invariant.NotUnasked);
});

test('a machine that remembers what is not in the log is found', async () => {
  let seen = 0;
  breakTransition(([state, effects], [rollout]) =>
    state === rollout
      ? [state, effects]
      : [{ ...state, entry: state.entry + (seen++ % 2) }, effects],
  );
  expect(await violatedBy(50, Invariant.SameState)).toContain(Invariant.SameState);
});

test('a machine that leaves its steps early is found', async () => {
  vi.doMock(`${machine}/transition.js`, async (original) => {
    const real = await original<typeof TransitionModule>();
    return {
      transition: (...[rollout, event]: Parameters<typeof real.transition>) =>
        real.transition(
          rollout,
          event.type === 'judged'
            ? { ...event, canaryRequests: 1e6, atMs: event.atMs + 1e5 }
            : event,
        ),
    };
  });
  expect(await violatedBy(50, Invariant.NotEarly)).toContain(Invariant.NotEarly);
});

test('a machine that takes undecided for safe is found', async () => {
  vi.doMock(`${machine}/transition.js`, async (original) => {
    const real = await original<typeof TransitionModule>();
    return {
      transition: (...[rollout, event]: Parameters<typeof real.transition>) =>
        real.transition(rollout, event.type === 'judged' ? { ...event, safe: true } : event),
    };
  });
  expect(await violatedBy(100, Invariant.NotBlind)).toContain(Invariant.NotBlind);
});

test('a controller that carries out effects that are out of date is found', async () => {
  vi.doMock(`${machine}/out-of-date.js`, async (original) => ({
    ...(await original<typeof OutOfDate>()),
    isOutOfDate: () => false,
  }));
  expect(await violatedBy(400, Invariant.NotAbove)).toContain(Invariant.NotAbove);
});

test('a controller that gives traffic to a canary that it has not loaded again is found', async () => {
  vi.doMock(`${machine}/must-hold.js`, async (original) => {
    const real = await original<typeof MustHoldModule>();
    return {
      mustHold: (...given: Parameters<typeof real.mustHold>) => ({
        ...real.mustHold(...given),
        canaryLoaded: false,
      }),
    };
  });
  expect(await violatedBy(300, Invariant.LoadedFirst)).toContain(Invariant.LoadedFirst);
});
