import { describe, expect, test } from 'vitest';
import { parseThreshold } from './parse-threshold.js';

describe('a threshold', () => {
  test.each([
    ['p99<50ms', { kind: 'quantile', share: 99 / 100 }, '<', 50],
    ['p99.9 <= 0.2s', { kind: 'quantile', share: 99.9 / 100 }, '<=', 200],
    ['mean<10ms', { kind: 'mean' }, '<', 10],
    ['max<1s', { kind: 'max' }, '<', 1000],
    ['errors<0.1%', { kind: 'error-share' }, '<', 0.001],
    ['errors<=0', { kind: 'error-count' }, '<=', 0],
    ['rps>500', { kind: 'rps' }, '>', 500],
  ])('is read: %s', (text, metric, operator, limit) => {
    const threshold = parseThreshold(text);
    expect(threshold).toMatchObject({ operator, text: text.replaceAll(' ', '') });
    expect(threshold.limit).toBeCloseTo(limit, 12);
    expect(threshold.metric).toMatchObject(metric);
  });

  test.each([
    ['p99<50', 'a time with its unit'],
    ['p99<50%', 'a time with its unit'],
    ['errors<1ms', 'a share with its sign'],
    ['errors<200%', 'a share from 0% to 100%'],
    ['rps>500ms', 'without a unit'],
    ['rps<500', 'rps with > or >='],
    ['p99>50ms', 'p99 with < or <='],
    ['p0<1ms', 'above 0 and below 100'],
    ['latency<5ms', 'one of p99<50ms'],
    ['p99=5ms', 'one of < <= > >='],
    ['fast', 'a threshold such as'],
    ['', 'a threshold such as'],
  ])('that cannot be meant is refused, with what it should be: %j', (text, expected) => {
    expect(() => parseThreshold(text)).toThrow(expected);
  });
});
