import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arm } from '../../domain/arm.js';
import { toPercent } from '../../domain/share.js';
import { parseStickyKey } from '../sticky-key.js';
import { Split } from './split.js';

const empty = Buffer.alloc(0);

/** A seeded generator (mulberry32), so that the binomial bounds below hold for ever. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function splitAt(weight: number, sticky?: string): Split {
  const split = new Split('churn', seeded(7));
  if (sticky !== undefined) split.sticky = parseStickyKey(sticky);
  split.setWeight(toPercent(weight));
  return split;
}

function canaryCount(split: Split, requests: number, headersOf: (i: number) => object): number {
  let canary = 0;
  for (let i = 0; i < requests; i += 1) {
    const headers = headersOf(i) as Record<string, string>;
    if (split.assign({ headers, body: empty }).arm === Arm.Canary) canary += 1;
  }
  return canary;
}

/** Four standard errors: a right split fails once in 16,000 runs, and the seed is fixed. */
function tolerated(requests: number, share: number): number {
  return 4 * Math.sqrt(requests * share * (1 - share));
}

describe('without a key', () => {
  test.each([0.1, 1, 10, 33.3, 50, 99.9])(
    'a weight of %s percent is what the canary gets',
    (weight) => {
      const requests = 400_000;
      const expected = (requests * weight) / 100;
      const canary = canaryCount(splitAt(weight), requests, () => ({}));
      expect(Math.abs(canary - expected)).toBeLessThan(tolerated(requests, weight / 100));
    },
  );

  test('0 is none and 100 is all', () => {
    expect(canaryCount(splitAt(0), 100_000, () => ({}))).toBe(0);
    expect(canaryCount(splitAt(100), 100_000, () => ({}))).toBe(100_000);
  });
});

describe('with a key', () => {
  const user = (i: number) => ({ 'x-user-id': `user-${i}` });

  test.each([0.1, 5, 25, 50])('%s percent of users are on the canary', (weight) => {
    const users = 200_000;
    const canary = canaryCount(splitAt(weight, 'header:x-user-id'), users, user);
    expect(Math.abs(canary - (users * weight) / 100)).toBeLessThan(tolerated(users, weight / 100));
  });

  test('raising the weight moves users only from stable to canary', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (key, one, other) => {
          const [low, high] = [Math.min(one, other), Math.max(one, other)];
          const headers = { 'x-user-id': key };
          const before = splitAt(low, 'header:x-user-id').assign({ headers, body: empty }).arm;
          const after = splitAt(high, 'header:x-user-id').assign({ headers, body: empty }).arm;
          return before === Arm.Stable || after === Arm.Canary;
        },
      ),
    );
  });

  test('a user keeps the arm from request to request, by header, cookie and body field', () => {
    const byHeader = splitAt(50, 'header:X-User-Id');
    const byCookie = splitAt(50, 'cookie:uid');
    const byField = splitAt(50, 'field:parameters.user');
    for (let i = 0; i < 200; i += 1) {
      const arm = byHeader.assign({ headers: { 'x-user-id': `u${i}` }, body: empty }).arm;
      const cookie = { headers: { cookie: `theme=dark; uid=u${i}; z=1` }, body: empty };
      const body = Buffer.from(JSON.stringify({ parameters: { user: `u${i}` } }));
      expect(byCookie.assign(cookie).arm).toBe(arm);
      expect(byField.assign({ headers: {}, body }).arm).toBe(arm);
    }
  });

  test('an empty or missing key does not send everyone to one side', () => {
    const split = splitAt(50, 'header:x-user-id');
    for (const headers of [{}, { 'x-user-id': '' }]) {
      const canary = canaryCount(split, 10_000, () => headers);
      expect(Math.abs(canary - 5_000)).toBeLessThan(tolerated(10_000, 0.5));
    }
  });

  test('another salt gives independent arms', () => {
    const one = new Split('a', seeded(1));
    const other = new Split('b', seeded(1));
    let same = 0;
    for (const split of [one, other]) {
      split.sticky = parseStickyKey('header:k');
      split.setWeight(toPercent(50));
    }
    for (let i = 0; i < 10_000; i += 1) {
      const request = { headers: { k: `user-${i}` }, body: empty };
      if (one.assign(request).arm === other.assign(request).arm) same += 1;
    }
    expect(Math.abs(same - 5_000)).toBeLessThan(tolerated(10_000, 0.5));
  });

  test('a broken body has no key', () => {
    const split = splitAt(100, 'field:user');
    expect(split.assign({ headers: {}, body: Buffer.from('{') })).toEqual({ arm: Arm.Canary });
  });
});

test.each(['', 'header', 'header:', 'query:x', 'header:a b'])('"%s" is no sticky key', (text) => {
  expect(() => parseStickyKey(text)).toThrow(/expected a sticky key/);
});
