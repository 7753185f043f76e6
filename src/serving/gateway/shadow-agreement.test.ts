import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Prediction } from '../../domain/observation.js';
import { compareAnswers } from './shadow-agreement.js';

const score = (value: number): Prediction => ({ kind: 'score', value });
const label = (name: string): Prediction => ({ kind: 'class', label: name });

test('the same class agrees, another one does not', () => {
  expect(compareAnswers(label('cat'), label('cat'), false).agree).toBe(true);
  expect(compareAnswers(label('cat'), label('dog'), false).agree).toBe(false);
});

describe('probabilities', () => {
  test('that decide alike agree, however far apart', () => {
    const { agree, difference } = compareAnswers(score(0.51), score(0.99), true);
    expect(agree).toBe(true);
    expect(difference?.absolute).toBeCloseTo(0.48, 12);
    expect(difference?.relative).toBeCloseTo(0.48 / 0.99, 12);
  });

  test('that decide otherwise disagree, however near', () => {
    expect(compareAnswers(score(0.4999), score(0.5), true).agree).toBe(false);
  });
});

describe('scores', () => {
  test.each([
    [100, 104.9, true],
    [100, 106, false],
    [-100, -104.9, true],
    [0, 0.0009, true],
    [0, 0.0011, false],
    [5, -5, false],
    [0, 0, true],
  ])('%d and %d: %s', (stable, canary, agree) => {
    expect(compareAnswers(score(stable), score(canary), false).agree).toBe(agree);
  });

  test('have the tolerance that the strategy gives them', () => {
    const tolerance = { absolute: 0, relative: 0.2 };
    expect(compareAnswers(score(100), score(120), false, tolerance).agree).toBe(true);
    expect(compareAnswers(score(100), score(126), false, tolerance).agree).toBe(false);
  });

  test('are compared alike whichever arm gave which, and the difference is finite', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e308, max: 1e308 });
    fc.assert(
      fc.property(finite, finite, fc.boolean(), (a, b, isProbability) => {
        const one = compareAnswers(score(a), score(b), isProbability);
        expect(compareAnswers(score(b), score(a), isProbability)).toEqual(one);
        expect(one.difference?.relative).toBeLessThanOrEqual(2);
        expect(one.difference?.absolute).toBeLessThanOrEqual(Number.MAX_VALUE);
        expect(compareAnswers(score(a), score(a), isProbability).agree).toBe(true);
      }),
    );
  });
});

test('answers of another kind disagree; without any prediction there is nothing to compare', () => {
  expect(compareAnswers(label('cat'), score(1), false).agree).toBe(false);
  expect(compareAnswers(label('cat'), undefined, false).agree).toBe(false);
  expect(compareAnswers(undefined, score(1), false).agree).toBe(false);
  expect(compareAnswers(undefined, undefined, false).agree).toBeUndefined();
});
