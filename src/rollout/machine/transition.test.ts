import { expect, test } from 'vitest';
import {
  gateStep,
  hold,
  pauseStep,
  shadowStep,
  weightStep,
} from '../../../test/rollout/strategies.js';
import { ada, ToldRollout } from '../../../test/rollout/told.js';
import { toPercent } from '../../domain/share.js';
import type { Request, RolloutId } from './events.js';
import { waitsFor, wakeAtMs } from './waiting.js';

const everyone = [
  'started',
  'advanced',
  'paused',
  'promoted',
  'rolled-back',
  'failed',
  'aborted',
] as const;
const notify = [{ kind: 'webhook', url: 'https://example.com/x', on: everyone }] as const;

test('a good canary is taken to 100% and promoted', () => {
  const rollout = new ToldRollout();
  expect(rollout.asked).toEqual(['load-canary']);
  rollout.ready();
  expect(rollout.asked).toEqual(['set-weights 10']);
  for (const weight of [25, 50, 75, 100]) {
    rollout.serve('safe');
    expect(rollout.asked).toEqual([`set-weights ${weight}`]);
  }
  rollout.serve('undecided');
  expect(rollout.asked).toEqual(['promote-version']);
  rollout.promoted();
  expect(rollout.asked).toEqual(['keep-warm']);
  expect(rollout.state).toMatchObject({ phase: { kind: 'promoted' }, weight: 0, foundSafe: true });
});

test('a step is not left before its time, its requests, and while something leans to harm', () => {
  const rollout = new ToldRollout().ready();
  rollout.judged('undecided').wait(60_000).judged('undecided');
  expect(rollout.state.step, 'the router has not confirmed').toBe(0);
  rollout.applied();
  expect(rollout.asked).toEqual(['open-judge-step']);
  rollout.judged('undecided').wait(29_999).judged('undecided');
  expect(rollout.state.step, 'the minimum time is not over').toBe(0);
  rollout.wait(1).judged('undecided', { canaryRequests: 199 });
  expect(rollout.state.step, 'one request is missing').toBe(0);
  rollout.judged('undecided', { leansToHarm: true });
  expect(rollout.state.step, 'it leans to harm').toBe(0);
  rollout.judged('unmeasurable');
  expect(rollout.state.step, 'it cannot be measured').toBe(0);
  rollout.judged('undecided', { entry: rollout.state.entry - 1 });
  expect(rollout.state.step, 'this was said of an earlier entry').toBe(0);
  rollout.judged('undecided');
  expect(rollout.state.step).toBe(1);
});

test('the last step with two arms is left only when the judge found the canary safe', () => {
  const rollout = new ToldRollout().toStep(3).serve('undecided');
  expect(rollout.state).toMatchObject({ step: 3, weight: 75 });
  rollout.judged('safe');
  expect(rollout.state).toMatchObject({ step: 4, weight: 100, foundSafe: true });
});

test('a person who skips that step must wait for safe at 100%, or decide', () => {
  const rollout = new ToldRollout().toStep(3).tell({ type: 'advance-requested', ...ada });
  rollout.serve('undecided');
  expect(rollout.phase).toBe('progressing');
  rollout.wait(hold.maxMs).tell({ type: 'tick' });
  expect(rollout.phase).toBe('paused');
});

test.each([
  ['pause', 'paused', []],
  ['rollback', 'rolling-back', ['set-weights 0']],
  ['promote', 'progressing', ['set-weights 50']],
] as const)(
  'when time is up and nothing is decided, onUndecided %s decides',
  (onUndecided, phase, asked) => {
    const steps = [weightStep(10, { onUndecided }), weightStep(50)];
    const rollout = new ToldRollout({ steps }).ready().applied().judged('undecided');
    expect(wakeAtMs(rollout.state)).toBe(rollout.nowMs + hold.maxMs);
    rollout.wait(hold.maxMs - 1).tell({ type: 'tick' });
    expect(rollout.phase).toBe('progressing');
    rollout.wait(1).tell({ type: 'tick' });
    expect(rollout.phase).toBe(phase);
    expect(rollout.asked).toEqual(asked);
  },
);

test.each([
  ['leans to harm', { leansToHarm: true }],
  ['had too few requests', { canaryRequests: 3 }],
  ['cannot be measured', { verdict: 'unmeasurable' as const }],
])('onUndecided promote does not go on with a canary that %s', (_, changes) => {
  const rollout = new ToldRollout({ steps: [weightStep(10, { onUndecided: 'promote' })] }).ready();
  rollout.applied().judged('undecided', changes).wait(hold.maxMs).tell({ type: 'tick' });
  expect(rollout.phase).toBe('paused');
});

test('a judge that never speaks does not promote, whatever onUndecided says', () => {
  const rollout = new ToldRollout({ steps: [weightStep(10, { onUndecided: 'promote' })] }).ready();
  rollout.applied().wait(hold.maxMs).tell({ type: 'tick' });
  expect(rollout.state.phase).toMatchObject({ kind: 'paused', why: /judge has said nothing/ });
});

test('harm rolls back from every phase in which the canary is exposed', () => {
  const phases = {
    shadowing: new ToldRollout({ steps: [shadowStep, weightStep(10)] }).ready(),
    progressing: new ToldRollout().ready(),
    paused: new ToldRollout().toStep(1).tell({ type: 'pause-requested', ...ada }),
    'at-gate': new ToldRollout({ steps: [weightStep(10), gateStep, weightStep(20)] }).toStep(1),
    'holding-back': new ToldRollout({
      steps: [weightStep(10)],
      holdback: { percent: toPercent(5), forMs: 1_000 },
    }).toStep(1),
  };
  for (const [phase, rollout] of Object.entries(phases)) {
    expect(rollout.phase).toBe(phase);
    rollout.judged('harm');
    expect(rollout.state.phase, phase).toMatchObject({
      kind: 'rolling-back',
      by: { kind: 'judge' },
      why: 'it is harm',
    });
    expect(rollout.asked).toEqual([
      ...(phase === 'shadowing' ? ['stop-shadow'] : []),
      'set-weights 0',
    ]);
    rollout.applied();
    expect(rollout.phase).toBe('rolled-back');
    expect(rollout.asked).toEqual(['unload-version']);
  }
});

test('a strategy that leaves harm to a person pauses once, with the weight as it is', () => {
  const crashed = () => {
    const { entry } = rollout.state;
    return { type: 'fast-failed', entry, rule: 'crash', reason: 'it died' } as const;
  };
  const rollout = new ToldRollout({ onHarm: 'pause', notify }).toStep(1).applied().judged('harm');
  expect(rollout.state).toMatchObject({
    phase: { kind: 'paused', by: { kind: 'judge' }, why: 'it is harm' },
    weight: 25,
  });
  expect(rollout.asked).toEqual(['notify']);
  rollout.judged('harm').tell(crashed());
  expect([rollout.phase, rollout.asked], 'it is known').toEqual(['paused', []]);
  rollout.tell({ type: 'resume-requested', ...ada }).tell(crashed());
  expect(rollout.state.phase).toMatchObject({ kind: 'paused', by: { kind: 'fast-fail' } });
  rollout.tell({ type: 'roll-back-requested', ...ada }).applied();
  expect(rollout.phase).toBe('rolled-back');
});

test('harm that is left to a person takes a raise back that is under way', () => {
  const rollout = new ToldRollout({ onHarm: 'pause', notify }).toStep(1);
  const raise = rollout.latest('set-weights').id;
  rollout.judged('harm');
  expect(rollout.state).toMatchObject({ weight: 10, phase: { kind: 'paused' } });
  expect(rollout.asked).toEqual(['notify', 'set-weights 10']);
  rollout.tell({ type: 'effect-failed', effect: raise, reason: 'too late' }).applied();
  expect(rollout.state).toMatchObject({
    ...{ weight: 10, confirmed: 10, awaited: undefined },
    phase: { kind: 'paused', by: { kind: 'judge' }, why: 'it is harm' },
  });
});

test('that it was harm is not forgotten when the router does not take a weight', () => {
  const rollout = new ToldRollout({ onHarm: 'pause' }).toStep(1).judged('harm').applied(4);
  rollout.tell({ type: 'effect-failed', effect: rollout.latest('set-weights').id, reason: 'gone' });
  expect(rollout.state.phase).toMatchObject({ kind: 'paused', by: { kind: 'judge' } });
});

test('harm that stops a rollout at a pause step does not make resuming a promotion', () => {
  const rollout = new ToldRollout({ onHarm: 'pause', steps: [weightStep(10), pauseStep] });
  rollout.ready().serve('safe');
  expect(rollout.state).toMatchObject({ step: 1, phase: { kind: 'paused' } });
  rollout.judged('harm').tell({ type: 'resume-requested', ...ada });
  expect(rollout.state).toMatchObject({
    step: 1,
    weight: 10,
    phase: { kind: 'paused', by: { kind: 'strategy' } },
  });
  rollout.judged('harm');
  expect(rollout.state.phase).toMatchObject({ kind: 'paused', by: { kind: 'judge' } });
});

test('a person whom harm was left to may promote all the same, and is not held up', () => {
  const rollout = new ToldRollout({ onHarm: 'pause' }).toStep(1).judged('harm');
  rollout.tell({ type: 'promote-requested', ...ada }).judged('harm');
  expect(rollout.phase).toBe('promoting');
  expect(rollout.promoted().phase).toBe('promoted');
});

test('harm that was seen in an earlier step still counts, in an earlier attempt it does not', () => {
  const rollout = new ToldRollout({ coolDownMs: 0 }).toStep(2).judged('harm', { entry: 2 });
  expect(rollout.phase).toBe('rolling-back');
  rollout
    .applied()
    .tell({ type: 'retry-requested', ...ada })
    .toStep(1);
  rollout.judged('harm', { entry: 2 });
  expect(rollout.state).toMatchObject({ attempt: 2, step: 1, phase: { kind: 'progressing' } });
});

test('harm while the canary is being promoted makes the old stable stable again', () => {
  const rollout = new ToldRollout().toStep(5).judged('harm');
  expect(rollout.newest).toMatchObject([{ type: 'promote-version', which: 'previous' }]);
  rollout.applied(0);
  expect(rollout.phase, 'a weight is not what is waited for').toBe('rolling-back');
  rollout.promoted();
  expect(rollout.phase).toBe('rolled-back');
});

test.each(['crash', 'consecutive-failures', 'non-finite-output', 'memory'] as const)(
  'the fast-fail rule %s rolls back at once, before any minimum',
  (rule) => {
    const rollout = new ToldRollout().ready();
    rollout.tell({ type: 'fast-failed', entry: rollout.state.entry, rule, reason: 'it died' });
    expect(rollout.state.phase).toMatchObject({
      kind: 'rolling-back',
      by: { kind: 'fast-fail', rule },
      why: 'it died',
    });
  },
);

test('a canary that does not load, crashes while it warms up, or fails a gate never has traffic', () => {
  const gates = [
    { kind: 'built-in', name: 'validate', timeoutMs: 1 },
    { kind: 'built-in', name: 'smoke', timeoutMs: 1 },
  ] as const;
  const unloadable = new ToldRollout();
  unloadable.tell({
    type: 'canary-failed-to-load',
    effect: unloadable.latest('load-canary').id,
    reason: 'no such file',
  });
  const crashing = new ToldRollout();
  crashing.tell({ type: 'fast-failed', entry: 1, rule: 'crash', reason: 'signal 11' });
  const gated = new ToldRollout({ gates }).ready().gate('passed').gate('failed');
  for (const rollout of [unloadable, crashing, gated]) {
    expect(rollout.phase).toBe('failed');
    expect(rollout.effects.filter(({ type }) => type === 'set-weights')).toEqual([]);
    expect(rollout.asked).toEqual(['unload-version']);
  }
  expect(gated.state.phase).toMatchObject({ why: 'The gate smoke failed: it failed' });
});

test('gates before the traffic run one after the other', () => {
  const gates = [
    { kind: 'built-in', name: 'validate', timeoutMs: 1 },
    { kind: 'command', command: 'make check', timeoutMs: 1 },
  ] as const;
  const rollout = new ToldRollout({ gates }).ready();
  const first = rollout.latest('run-gate').id;
  rollout.gate('passed');
  expect(waitsFor(rollout.state)).toBe('the gate "make check"');
  rollout.tell({ type: 'gate-passed', effect: first, reason: 'again' });
  expect(rollout.phase, 'a duplicate of the first answer').toBe('preparing');
  rollout.gate('passed');
  expect(rollout.phase).toBe('progressing');
});

test('a shadow step copies requests, and stops when it is left', () => {
  const rollout = new ToldRollout({ steps: [shadowStep, weightStep(10)] }).ready();
  expect(rollout.asked).toEqual(['start-shadow', 'open-judge-step']);
  rollout.wait(30_000).judged('undecided', { canaryRequests: 499 });
  expect(rollout.phase).toBe('shadowing');
  rollout.judged('undecided', { canaryRequests: 500 });
  expect(rollout.asked).toEqual(['stop-shadow', 'set-weights 10']);
});

test('a gate step keeps the weight, and decides', () => {
  const steps = [weightStep(10), gateStep, weightStep(50)];
  const passing = new ToldRollout({ steps }).toStep(1);
  expect(passing.asked).toEqual(['run-gate']);
  expect(passing.state.weight).toBe(10);
  expect(passing.gate('passed').asked).toEqual(['set-weights 50']);
  const failing = new ToldRollout({ steps }).toStep(1).gate('failed');
  expect(failing.state.phase).toMatchObject({ kind: 'rolling-back', by: { kind: 'gate' } });
});

test('a pause step waits for a person, who ends it', () => {
  const steps = [weightStep(10), pauseStep, weightStep(50)];
  const rollout = new ToldRollout({ steps }).toStep(1);
  expect(rollout.state).toMatchObject({
    phase: { kind: 'paused', by: { kind: 'strategy' }, why: 'look at the disagreements' },
    weight: 10,
  });
  expect(wakeAtMs(rollout.state)).toBeUndefined();
  rollout.tell({ type: 'resume-requested', ...ada });
  expect(rollout.asked).toEqual(['set-weights 50']);
});

test('a paused rollout keeps its weight, and begins its step again when it is resumed', () => {
  const rollout = new ToldRollout().toStep(1).applied().wait(29_000);
  const { entry } = rollout.state;
  rollout.tell({ type: 'pause-requested', ...ada });
  expect(rollout.asked).toEqual([]);
  rollout.wait(hold.maxMs).tell({ type: 'tick' }).judged('safe');
  expect(rollout.state).toMatchObject({ phase: { kind: 'paused' }, weight: 25, entry });
  rollout.tell({ type: 'resume-requested', ...ada });
  expect(rollout.asked).toEqual(['set-weights 25']);
  rollout.applied().wait(29_000).judged('safe');
  expect(rollout.state.step).toBe(1);
});

test('a weight that a person sets is kept until they resume, and then the plan goes on where it stood', () => {
  const rollout = new ToldRollout().toStep(1);
  rollout.tell({ type: 'weight-requested', weight: toPercent(60), ...ada });
  expect(rollout.asked).toEqual(['set-weights 60']);
  rollout.applied().wait(hold.maxMs).judged('safe').tell({ type: 'tick' });
  expect(rollout.state).toMatchObject({ phase: { kind: 'paused' }, weight: 60, step: 1 });
  rollout.tell({ type: 'resume-requested', ...ada });
  expect(rollout.asked).toEqual(['set-weights 25']);
});

test('a weight set during a shadow ends the shadow, and resuming takes it back to none', () => {
  const rollout = new ToldRollout({ steps: [shadowStep, weightStep(10)] }).ready();
  rollout.tell({ type: 'weight-requested', weight: toPercent(5), ...ada });
  expect(rollout.asked).toEqual(['stop-shadow', 'set-weights 5']);
  rollout.applied().tell({ type: 'resume-requested', ...ada });
  expect(rollout.asked).toEqual(['set-weights 0', 'start-shadow']);
  rollout.wait(60_000).judged('undecided');
  expect(rollout.phase, 'the hold has not begun').toBe('shadowing');
  rollout.applied();
  expect(rollout.asked).toEqual(['open-judge-step']);
  rollout.wait(29_999).judged('undecided');
  expect(rollout.phase).toBe('shadowing');
  rollout.wait(1).judged('undecided');
  expect(rollout.asked).toEqual(['stop-shadow', 'set-weights 10']);
});

test('a click that comes twice skips one step, not two', () => {
  const rollout = new ToldRollout().toStep(1);
  rollout.tell({ type: 'advance-requested', fromStep: 1, ...ada });
  rollout.tell({ type: 'advance-requested', fromStep: 1, ...ada });
  expect(rollout.state.step).toBe(2);
});

test('a person can promote now, and roll back after promotion while the old stable is warm', () => {
  const rollout = new ToldRollout().toStep(1).tell({ type: 'promote-requested', ...ada });
  rollout.promoted().wait(3_599_999).tell({ type: 'tick' });
  expect(rollout.newest).toEqual([]);
  rollout.tell({ type: 'roll-back-requested', ...ada });
  expect(rollout.newest).toMatchObject([{ type: 'promote-version', which: 'previous' }]);
  rollout.promoted();
  expect(rollout.phase).toBe('rolled-back');
});

test('when the old stable is not kept warm any more, it is unloaded and cannot be gone back to', () => {
  for (const end of ['tick', 'superseded'] as const) {
    const rollout = new ToldRollout().toStep(1).tell({ type: 'promote-requested', ...ada });
    rollout.promoted().wait(end === 'tick' ? 3_600_000 : 1);
    rollout.tell(end === 'tick' ? { type: end } : { type: end, newer: 'r2' as RolloutId });
    expect(rollout.newest).toMatchObject([{ type: 'unload-version', which: 'previous' }]);
    rollout.tell({ type: 'roll-back-requested', ...ada });
    expect(rollout.phase).toBe('promoted');
    expect(wakeAtMs(rollout.state)).toBeUndefined();
  }
});

test('a holdback keeps comparing before the promotion', () => {
  const holdback = { percent: toPercent(5), forMs: 60_000 };
  const start = () => new ToldRollout({ steps: [weightStep(50)], holdback }).toStep(1).applied();
  const good = start();
  expect(good.state).toMatchObject({ weight: 95, phase: { kind: 'holding-back' } });
  expect(good.judged('safe').wait(60_000).tell({ type: 'tick' }).asked).toEqual([
    'promote-version',
  ]);
  const silent = start().wait(60_000).tell({ type: 'tick' });
  expect(silent.state.phase).toMatchObject({ kind: 'paused', why: /judge has said nothing/ });
  const blind = start().judged('unmeasurable').wait(60_000).tell({ type: 'tick' });
  expect(blind.state.phase).toMatchObject({ kind: 'paused', by: { kind: 'undecided' } });
  const leaning = start().judged('undecided', { leansToHarm: true });
  expect(leaning.wait(60_000).tell({ type: 'tick' }).phase).toBe('paused');
  leaning.tell({ type: 'resume-requested', ...ada });
  expect(leaning.phase).toBe('holding-back');
});

test('an abort takes the canary its traffic, and blames nobody', () => {
  const rollout = new ToldRollout({ notify }).toStep(1).tell({ type: 'abort-requested', ...ada });
  expect(rollout.asked).toEqual(['set-weights 0']);
  rollout.applied();
  expect(rollout.state.phase).toMatchObject({
    kind: 'aborted',
    by: { kind: 'person', name: 'ada' },
  });
  const early = new ToldRollout().tell({ type: 'abort-requested', ...ada });
  expect(early.phase).toBe('aborted');
});

test('a retry waits for the cool-down, and begins at the beginning', () => {
  const rollout = new ToldRollout().toStep(1).judged('harm').applied();
  rollout.wait(59_999).tell({ type: 'retry-requested', ...ada });
  expect(rollout.phase).toBe('rolled-back');
  rollout.wait(1).tell({ type: 'retry-requested', ...ada });
  expect(rollout.state).toMatchObject({ attempt: 2, step: -1, foundSafe: false });
  expect(rollout.asked).toEqual(['load-canary']);
});

test('a router that does not take a higher weight pauses the rollout at the one before', () => {
  const rollout = new ToldRollout().toStep(1);
  const { id } = rollout.latest('set-weights');
  rollout.tell({ type: 'effect-failed', effect: id, reason: 'reload failed' });
  expect(rollout.state).toMatchObject({
    phase: { kind: 'paused', why: 'The router did not take 25%: reload failed' },
    weight: 10,
  });
  expect(rollout.asked).toEqual(['set-weights 10']);
});

test('a router that does not take a roll-back is told again', () => {
  const rollout = new ToldRollout().toStep(1).judged('harm');
  const { id } = rollout.latest('set-weights');
  rollout.tell({ type: 'effect-failed', effect: id, reason: 'reload failed' });
  expect(rollout.asked).toEqual(['set-weights 0']);
  expect(rollout.applied().phase).toBe('rolled-back');
});

test('a router with another weight than it was told is told again, and the step begins again', () => {
  const less = new ToldRollout().toStep(1).applied(20);
  expect(less.asked, 'what it can do is kept').toEqual(['set-weights 20']);
  expect(less.state.phase).toMatchObject({ kind: 'paused', why: /25%: it has 20% in force/ });
  const more = new ToldRollout().toStep(1).applied(40);
  expect(more.asked).toEqual(['set-weights 25']);
  const drifted = new ToldRollout().toStep(1).applied().wait(29_000);
  drifted.tell({ type: 'weights-drifted', observed: toPercent(25.005) });
  expect(drifted.newest, 'rounding is none').toEqual([]);
  drifted.tell({ type: 'weights-drifted', observed: toPercent(30) });
  expect(drifted.asked).toEqual(['set-weights 25']);
  drifted.applied().wait(29_000).judged('safe');
  expect(drifted.state.step).toBe(1);
});

test.each(['start-shadow', 'run-gate', 'load-canary', 'promote-version'] as const)(
  'when %s is given up, the rollout does not wait for it for ever',
  (type) => {
    const rollout = {
      'start-shadow': () => new ToldRollout({ steps: [shadowStep, weightStep(10)] }).ready(),
      'run-gate': () => new ToldRollout({ steps: [weightStep(10), gateStep] }).toStep(1),
      'load-canary': () => new ToldRollout(),
      'promote-version': () => new ToldRollout().toStep(5),
    }[type]();
    rollout.tell({ type: 'effect-failed', effect: rollout.latest(type).id, reason: 'gone' });
    const expected = {
      'start-shadow': 'paused',
      'run-gate': 'rolling-back',
      'load-canary': 'failed',
      'promote-version': 'promoting',
    }[type];
    expect(rollout.phase).toBe(expected);
    expect(rollout.newest).not.toEqual([]);
  },
);

test('a clock that goes back does not take the rollout with it, and does not stop it', () => {
  const rollout = new ToldRollout().toStep(1).applied();
  rollout.wait(-500_000).judged('undecided');
  expect(rollout.state.clockMs).toBe(1_030_000);
  rollout.wait(530_000).judged('undecided');
  expect(rollout.state.step).toBe(2);
});

test('those whom the strategy names are told, and of nothing else', () => {
  const told = (rollout: ToldRollout) =>
    rollout.effects.flatMap((effect) => (effect.type === 'notify' ? [effect.on] : []));
  const rollout = new ToldRollout({ notify, steps: [weightStep(10)] }).ready();
  rollout
    .tell({ type: 'pause-requested', ...ada })
    .judged('harm')
    .applied();
  expect(told(rollout)).toEqual(['started', 'advanced', 'paused', 'rolled-back']);
  const quiet = new ToldRollout({ notify: [{ ...notify[0], on: ['promoted'] }] })
    .toStep(5)
    .promoted();
  expect(told(quiet)).toEqual(['promoted']);
});

test('a request that is not possible changes nothing', () => {
  const requests: Request[] = [
    { type: 'resume-requested', ...ada },
    { type: 'advance-requested', ...ada },
    { type: 'weight-requested', weight: toPercent(5), ...ada },
    { type: 'promote-requested', ...ada },
    { type: 'retry-requested', ...ada },
    { type: 'pause-requested', ...ada },
  ];
  for (const request of requests) {
    const rollout = new ToldRollout();
    const before = rollout.state;
    expect(rollout.tell(request).state, request.type).toBe(before);
  }
});
