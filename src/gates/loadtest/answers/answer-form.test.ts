import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnswerForm } from './answer-form.js';
import { differenceOf } from './difference.js';

function learntFrom(...answers: unknown[]): AnswerForm {
  const form = new AnswerForm();
  for (const answer of answers) form.learn(answer);
  return form;
}

describe('the form of answers', () => {
  test('fits every answer that it was learnt from', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 }), (answers) => {
        // Also an "error": that no prediction comes with one is what its protocol says of it.
        const form = learntFrom(...answers);
        for (const answer of answers) expect(form.misfit(answer)).toBeUndefined();
      }),
    );
  });

  test.each([
    [{ prediction: '0.5' }, '"prediction" should be a number, and is text'],
    [{ prediction: null }, '"prediction" should be a number, and is null'],
    [{ score: 1 }, '"prediction" is missing'],
    [{ prediction: 0.5, error: 'x' }, 'the answer holds an "error"'],
    [[0.5], 'the answer should be an object, and is a list'],
  ])('does not fit %j', (answer, words) => {
    expect(learntFrom({ prediction: 0.1 }).misfit(answer)).toBe(words);
  });

  test('lets keys come and go that came and went before', () => {
    const form = learntFrom({ a: 1, b: 2 }, { a: 1 });
    expect(form.misfit({ a: 3 })).toBeUndefined();
    expect(form.misfit({ b: 3 })).toBe('"a" is missing');
  });
});

describe('an expected answer', () => {
  test('is in an answer that holds more, within the tolerance', () => {
    const expected = { prediction: 0.5, scores: [0.25, 0.75] };
    const found = { prediction: 0.50004, scores: [0.25, 0.75], latency_ms: 3 };
    expect(differenceOf(expected, found, 1e-4)).toBeUndefined();
    expect(differenceOf(expected, found, 1e-5)).toBe(
      'prediction should be 0.5 (±0.00001), and is 0.50004',
    );
  });

  test.each([
    [{ a: [1, 2] }, { a: [1] }, 'a should have 2 elements, and has 1'],
    [{ a: [1, 2] }, { a: [1, 3] }, 'a[1] should be 2, and is 3'],
    [{ a: 'x' }, { a: 'y' }, 'a should be "x", and is "y"'],
    [{ a: 1 }, {}, 'a should be 1, and is not there'],
    [{ a: 1 }, 'no', 'the answer should be an object, and is "no"'],
  ])('differs from another one in words: %j, %j', (expected, found, words) => {
    expect(differenceOf(expected, found, 0)).toBe(words);
  });
});
