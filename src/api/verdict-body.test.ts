import { expect, test } from 'vitest';
import { Judge } from '../analysis/judge.js';
import { verdictBody } from './verdict-body.js';

const verdict = Judge.open().judge(0);
const split = { intended: 0.25, seen: 0, logE: 0, wrong: false };

test('of no request no share is told, and a canary that gets none of many has 0', () => {
  const ofNone = { ...verdict, split, step: { ...verdict.step, stable: 0, canary: 0 } };
  expect(verdictBody('churn', ofNone).split).toEqual({ intended: 0.25, seen: null, wrong: false });
  const ofMany = { ...verdict, split, step: { ...verdict.step, stable: 90, canary: 0 } };
  expect(verdictBody('churn', ofMany).split.seen).toBe(0);
});

test('in shadow steps, in which requests are copied, nothing is split', () => {
  const shadowing = {
    ...verdict,
    split: { ...split, intended: 0 },
    step: { ...verdict.step, stable: 90, canary: 90 },
  };
  expect(verdictBody('churn', shadowing).split.seen).toBeNull();
});
