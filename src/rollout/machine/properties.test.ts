import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  gateStep,
  pauseStep,
  shadowStep,
  strategyOf,
  weightStep,
} from '../../../test/rollout/strategies.js';
import { ToldRollout } from '../../../test/rollout/told.js';
import { toPercent } from '../../domain/share.js';
import { allowedWeight } from '../strategy/weights.js';
import type { EffectId, Request, RolloutEvent, RolloutEventBody, RolloutId } from './events.js';
import { begin, fold } from './fold.js';
import { mustHold } from './must-hold.js';
import { isOutOfDate } from './out-of-date.js';
import { readEvent } from './read-event.js';
import { whyNot } from './requests.js';
import type { Rollout } from './state.js';
import { transition } from './transition.js';
import { isActive, waitsFor } from './waiting.js';

const who = { by: fc.constantFrom('ada', 'ci'), why: fc.constant('because') };
const effect = fc.integer({ min: 1, max: 40 }).map((n) => `r1/${n}` as EffectId);
const percent = fc.integer({ min: 0, max: 100 }).map(toPercent);
const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({
    type: fc.constantFrom(
      'pause-requested' as const,
      'resume-requested' as const,
      'promote-requested' as const,
      'roll-back-requested' as const,
      'abort-requested' as const,
      'retry-requested' as const,
    ),
    ...who,
  }),
  fc.record({ type: fc.constant('advance-requested' as const), ...who }),
  fc.record({ type: fc.constant('weight-requested' as const), weight: percent, ...who }),
);
const answer = { effect, reason: fc.constant('so') };
const body: fc.Arbitrary<RolloutEventBody> = fc.oneof(
  request,
  fc.record({
    type: fc.constantFrom('canary-ready' as const, 'version-promoted' as const),
    effect,
  }),
  fc.record({
    type: fc.constantFrom('gate-passed' as const, 'gate-failed' as const, 'effect-failed' as const),
    ...answer,
  }),
  fc.record({ type: fc.constant('weights-applied' as const), effect, observed: percent }),
  fc.record({ type: fc.constant('weights-drifted' as const), observed: percent }),
  fc.record({ type: fc.constant('tick' as const) }),
  fc.record({
    type: fc.constant('judged' as const),
    entry: fc.integer({ min: 0, max: 12 }),
    verdict: fc.constantFrom('harm' as const, 'safe' as const, 'undecided' as const),
    leansToHarm: fc.boolean(),
    safe: fc.boolean(),
    reason: fc.constant('numbers'),
    canaryRequests: fc.integer({ min: 0, max: 1_000 }),
    stableRequests: fc.constant(1_000),
  }),
  fc.record({
    type: fc.constant('fast-failed' as const),
    entry: fc.integer({ min: 0, max: 12 }),
    rule: fc.constant('crash' as const),
    reason: fc.constant('signal 11'),
  }),
);
/** An event that answers what the rollout waits for: without these, few get past the loading. */
const fitting = fc.constantFrom('ready', 'applied', 'serve', 'promoted', 'gate' as const);
const strategies = [
  strategyOf(),
  strategyOf({
    steps: [shadowStep, pauseStep, weightStep(10), gateStep, weightStep(50)],
    coolDownMs: 0,
  }),
  strategyOf({
    gates: [{ kind: 'built-in', name: 'smoke', timeoutMs: 1 }],
    steps: [
      weightStep(10, { onUndecided: 'promote' }),
      weightStep(60, { onUndecided: 'rollback' }),
    ],
    holdback: { percent: toPercent(5), forMs: 60_000 },
    keepWarmMs: 0,
  }),
];
const history = fc.array(
  fc.record({
    what: fc.oneof({ arbitrary: body, weight: 2 }, { arbitrary: fitting, weight: 5 }),
    afterMs: fc.constantFrom(0, 1, 30_000, 60_000, 900_000, -5_000),
  }),
  { maxLength: 40 },
);

/** Runs a random history, and looks at the rollout before and after every event. */
function everyHistory(look: (before: Rollout, event: RolloutEvent, after: Rollout) => void): void {
  fc.assert(
    fc.property(fc.constantFrom(...strategies), history, (strategy, events) => {
      const rollout = new ToldRollout(strategy);
      for (const { what, afterMs } of events) {
        const before = rollout.state;
        rollout.wait(afterMs);
        if (typeof what !== 'string') rollout.tell(what);
        else if (!tellFitting(rollout, what)) continue;
        look(before, rollout.events.at(-1)!, rollout.state);
      }
      expect(fold('r1' as RolloutId, rollout.events)).toEqual(rollout.state);
      expect(rollout.events.map((event) => readEvent(JSON.parse(JSON.stringify(event))))).toEqual(
        rollout.events,
      );
      expect(new Set(rollout.effects.map(({ id }) => id)).size).toBe(rollout.effects.length);
    }),
    { numRuns: 3_000, seed: 12 },
  );
}

function tellFitting(rollout: ToldRollout, what: string): boolean {
  const wanted = rollout.effects.filter((candidate) => !isOutOfDate(rollout.state, candidate));
  const has = (type: string) => wanted.some((candidate) => candidate.type === type);
  if (what === 'ready' && has('load-canary')) rollout.ready();
  else if (what === 'applied' && has('set-weights')) rollout.applied();
  else if (what === 'serve' && rollout.phase !== 'preparing') rollout.wait(30_000).judged('safe');
  else if (what === 'promoted' && has('promote-version')) rollout.promoted();
  else if (what === 'gate' && has('run-gate')) rollout.gate('passed');
  else return false;
  return true;
}

test('the weight is never above what the strategy allows, but by a person who set it', () => {
  everyHistory((before, event, after) => {
    if (after.weight <= before.weight) return;
    if (event.type === 'weight-requested') expect(after.weight).toBe(event.weight);
    else expect(after.weight).toBeLessThanOrEqual(allowedWeight(after.strategy, after.step));
  });
});

test('a weight that a person set is exceeded only by a person', () => {
  let setByPerson: number | undefined;
  everyHistory((before, event, after) => {
    if (before.effects <= 1) setByPerson = undefined;
    if (event.type === 'weight-requested' && after !== before) setByPerson = event.weight;
    else if (event.type.endsWith('-requested') && after !== before) setByPerson = undefined;
    if (setByPerson !== undefined) expect(after.weight).toBeLessThanOrEqual(setByPerson);
  });
});

test('a rollout that has not ended waits for something that has a name', () => {
  const ended = ['promoted', 'rolled-back', 'failed', 'aborted'];
  everyHistory((_, __, after) => {
    expect(waitsFor(after) === undefined).toBe(ended.includes(after.phase.kind));
    expect(isActive(after)).toBe(!ended.includes(after.phase.kind));
  });
});

test('what waits for an effect has that effect among those that are still wanted', () => {
  fc.assert(
    fc.property(fc.constantFrom(...strategies), history, (strategy, events) => {
      const rollout = new ToldRollout(strategy);
      for (const { what, afterMs } of events) {
        rollout.wait(afterMs);
        if (typeof what === 'string') tellFitting(rollout, what);
        else rollout.tell(what);
        const wanted = rollout.effects.filter(({ type }) => type !== 'notify');
        const open = wanted.filter((candidate) => !isOutOfDate(rollout.state, candidate));
        const { phase, awaited } = rollout.state;
        const waitedFor = 'effect' in phase ? phase.effect : awaited;
        if (waitedFor !== undefined) expect(open.map(({ id }) => id)).toContain(waitedFor);
      }
    }),
    { numRuns: 1_000, seed: 13 },
  );
});

test('a canary that was rolled back, failed or was aborted is to have nothing', () => {
  everyHistory((_, __, after) => {
    if (!['rolling-back', 'rolled-back', 'failed', 'aborted'].includes(after.phase.kind)) return;
    expect(after.weight).toBe(0);
    expect(after.shadowing).toBe(false);
    expect(mustHold(after)).toMatchObject({ canaryLoaded: false });
    expect(mustHold(after).weight ?? 0).toBe(0);
  });
});

test('a request is refused with a reason exactly when it changes nothing', () => {
  everyHistory((before, event, after) => {
    if (!event.type.endsWith('-requested')) return;
    const nowMs = Math.max(before.clockMs, event.atMs);
    expect(whyNot(before, event as Request & RolloutEvent, nowMs) === undefined).toBe(
      after !== before,
    );
  });
});

test('an answer that comes twice changes nothing the second time', () => {
  everyHistory((_, event, after) => {
    const answers = ['canary-ready', 'gate-passed', 'version-promoted', 'weights-applied'];
    if (answers.includes(event.type)) expect(transition(after, event)).toEqual([after, []]);
  });
});

test('the effects of a history have the same ids whenever it is folded', () => {
  const told = new ToldRollout().toStep(3).judged('harm').applied();
  const [first, ...rest] = told.events;
  let [state, effects] = begin('r1' as RolloutId, first!);
  const ids = effects.map(({ id }) => id);
  for (const event of rest) {
    [state, effects] = transition(state, event);
    ids.push(...effects.map(({ id }) => id));
  }
  expect(ids).toEqual(told.effects.map(({ id }) => id));
  expect(ids[0]).toBe('r1/1');
});
