import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Arm } from '../domain/arm.js';
import type { RequestId } from '../domain/ids.js';
import { FeedbackJoin } from './feedback-join.js';

const id = (name: string): RequestId => name as RequestId;

it('feedback finds the arm that answered, however late and in whatever order', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string(), { maxLength: 50 }),
      fc.infiniteStream(fc.boolean()),
      (ids, coin) => {
        const join = new FeedbackJoin();
        const arms = new Map(
          ids.map((name) => [name, coin.next().value === true ? Arm.Canary : Arm.Stable]),
        );
        for (const [name, arm] of arms) join.remember(id(name), { arm });
        for (const name of [...ids].reverse()) {
          expect(join.join(id(name))).toEqual({
            kind: 'joined',
            answered: { arm: arms.get(name) },
          });
        }
      },
    ),
  );
});

it('feedback that is sent twice counts once', () => {
  const join = new FeedbackJoin();
  join.remember(id('a'), { arm: Arm.Canary });
  expect(join.join(id('a')).kind).toBe('joined');
  expect(join.join(id('a')).kind).toBe('duplicate');
  join.remember(id('a'), { arm: Arm.Stable });
  expect(join.join(id('a')).kind).toBe('duplicate');
});

it('feedback about a request that nobody knows is unknown', () => {
  expect(new FeedbackJoin().join(id('a')).kind).toBe('unknown');
});

it('a million requests are not all remembered: the oldest are forgotten first', () => {
  const join = new FeedbackJoin(1000);
  for (let index = 0; index < 1_000_000; index += 1)
    join.remember(id(`${index}`), { arm: Arm.Stable });
  expect(join.size).toBe(1000);
  expect(join.join(id('998999')).kind).toBe('unknown');
  expect(join.join(id('999000')).kind).toBe('joined');
});

it.each([0, -1, NaN, 1e9])('a memory of %d requests is refused', (limit) => {
  expect(() => new FeedbackJoin(limit)).toThrow('cannot be judged');
});
