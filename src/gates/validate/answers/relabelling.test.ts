import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestRelabelling } from './relabelling.js';

const labels = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 20, maxLength: 60 });

test('classes in another order are found, whichever order it is', () => {
  const order: Record<string, string> = { a: 'b', b: 'c', c: 'a', d: 'd' };
  const stable = Array.from({ length: 40 }, (_, i) => 'abcd'[i % 4] ?? '');
  const found = bestRelabelling(
    stable.map((label) => order[label] ?? ''),
    stable,
  );
  expect(found).toMatchObject({ before: 0.25, after: 1 });
  expect(new Map(found?.moved)).toEqual(
    new Map([
      ['b', 'a'],
      ['c', 'b'],
      ['a', 'c'],
    ]),
  );
});

test('two that agree are never called swapped', () => {
  fc.assert(
    fc.property(labels, (same) => {
      expect(bestRelabelling(same, same)).toBeUndefined();
    }),
  );
});

test('another order is only named when it agrees much better, and well', () => {
  fc.assert(
    fc.property(labels, labels, (mine, other) => {
      const stable = mine.map((_, i) => other[i % other.length] ?? '');
      const found = bestRelabelling(mine, stable);
      if (found === undefined) return;
      expect(found.after).toBeGreaterThanOrEqual(0.8);
      expect(found.after - found.before).toBeGreaterThanOrEqual(0.3);
    }),
  );
});

test('a model that always gives one class is not one with swapped labels', () => {
  const stable = [...Array<string>(18).fill('a'), 'b', 'b'];
  expect(bestRelabelling(Array<string>(20).fill('b'), stable)).toBeUndefined();
});
