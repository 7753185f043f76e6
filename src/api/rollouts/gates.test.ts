import { expect, test } from 'vitest';
import type { RolloutEventBody, RolloutId } from '../../rollout/machine/events.js';
import type { Gate } from '../../rollout/strategy/gate.js';
import { ToldRollout } from '../../../test/rollout/told.js';
import { gatesOf } from './gates.js';
import { unfold } from './histories.js';

const gates: readonly Gate[] = (['validate', 'smoke', 'loadtest'] as const).map((name) => ({
  kind: 'built-in',
  name,
  timeoutMs: 60_000,
}));

function shown(rollout: ToldRollout, reports: Record<string, number> = {}) {
  const numbered = rollout.events.map((event, index) => ({ sequence: index + 1, event }));
  const history = unfold('r1' as RolloutId, numbered);
  return gatesOf(rollout.state, history, new Map(Object.entries(reports)));
}

const states = (rollout: ToldRollout): string[] => shown(rollout).map(({ state }) => state);

/** Tells what the gate that is asked now answers. */
function answer(rollout: ToldRollout, type: 'gate-passed' | 'gate-failed' | 'effect-failed') {
  const effect = rollout.latest('run-gate').id;
  return rollout.wait(1_000).tell({ type, effect, reason: `${type}, so to speak` });
}

const begun = (): ToldRollout => new ToldRollout({ gates: [...gates] }).ready();
const abort: RolloutEventBody = { type: 'abort-requested', by: 'ada', why: 'enough' };

test('gates that are still to come, that run and that passed are told apart', () => {
  const rollout = begun();
  expect(states(rollout)).toEqual(['running', 'coming', 'coming']);
  expect(states(answer(rollout, 'gate-passed'))).toEqual(['passed', 'running', 'coming']);
  answer(rollout, 'gate-passed');
  expect(states(answer(rollout, 'gate-passed'))).toEqual(['passed', 'passed', 'passed']);
});

test('the gate that said no is the one that failed, and those behind it were not asked', () => {
  const rollout = answer(answer(begun(), 'gate-passed'), 'gate-failed');
  expect(states(rollout)).toEqual(['passed', 'failed', 'not-asked']);
});

test('a gate that could not be carried out is the one that failed, not the one before it', () => {
  const rollout = answer(answer(begun(), 'gate-passed'), 'effect-failed');
  expect(shown(rollout)).toMatchObject([
    { name: 'validate', state: 'passed' },
    { name: 'smoke', state: 'failed', reason: 'effect-failed, so to speak' },
    { name: 'loadtest', state: 'not-asked', reason: null },
  ]);
});

test('a gate that ran when the rollout was given up has not failed', () => {
  expect(states(answer(begun(), 'gate-passed').tell(abort))).toEqual([
    'passed',
    'not-asked',
    'not-asked',
  ]);
});

test('a second attempt shows neither the answers nor the reports of the first', () => {
  const rollout = answer(begun(), 'gate-failed');
  const reports = { validate: rollout.nowMs };
  rollout.wait(120_000).tell({ type: 'retry-requested', by: 'ada', why: 'again' }).ready();
  expect(shown(rollout, reports)[0]).toMatchObject({ state: 'running', report: null });
  answer(rollout, 'gate-failed');
  expect(shown(rollout, reports)[0]).toMatchObject({ state: 'failed', report: null });
  expect(shown(rollout, { validate: rollout.nowMs })[0]?.report).toBe(
    '/api/v1/rollouts/r1/reports/validate',
  );
});

test('a canary that could not be loaded was asked by no gate, and the report says what is wrong', () => {
  const rollout = new ToldRollout({ gates: [...gates] });
  const begunAtMs = rollout.nowMs;
  const effect = rollout.latest('load-canary').id;
  rollout.wait(5_000).tell({ type: 'canary-failed-to-load', effect, reason: 'no such operator' });
  expect(shown(rollout, { validate: begunAtMs + 1_000 })).toMatchObject([
    {
      name: 'validate',
      state: 'not-asked',
      reason: expect.stringContaining('could not be loaded') as string,
      report: '/api/v1/rollouts/r1/reports/validate',
    },
    { name: 'smoke', state: 'not-asked', reason: null, report: null },
    { name: 'loadtest', state: 'not-asked', reason: null, report: null },
  ]);
  // One of an earlier attempt says nothing of this one.
  expect(shown(rollout, { validate: begunAtMs - 1 })[0]).toMatchObject({ report: null });
});
