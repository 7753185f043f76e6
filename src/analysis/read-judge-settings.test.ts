import { expect, it } from 'vitest';
import { readJudgeSettings, type PartialJudgeSettings } from './read-judge-settings.js';

const weights = (given?: PartialJudgeSettings): number[] =>
  Object.values(readJudgeSettings(given).checks).flatMap((check: { weight: number } | null) =>
    check === null ? [] : [check.weight],
  );
const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);

it('the default weights are those of the page, and sum to 1', () => {
  expect(weights()).toEqual([0.4, 0.3, 0.15, 0.075, 0.075]);
});

it('weights of more checks are scaled down to sum to 1', () => {
  const all = weights({ checks: { predictions: {}, timeouts: {} } });
  expect(sum(all)).toBeCloseTo(1, 12);
  expect(all[0]).toBeCloseTo(0.4 / 1.4, 12);
});

it('weights that sum to less are kept: the judge is only stricter with itself', () => {
  const some = weights({ checks: { errors: { weight: 0.1 }, latencyMean: null } });
  expect(sum(some)).toBeCloseTo(0.4, 12);
});

it('tolerances of 0 are allowed: every true difference is harm then', () => {
  const { checks } = readJudgeSettings({
    checks: { latencyMean: { tolerance: 0 }, errors: { ratio: 1, difference: 0 } },
  });
  expect(checks.latencyMean?.tolerance).toBe(0);
  expect(checks.errors?.ratio).toBe(1);
});

it('a check can be left out', () => {
  expect(readJudgeSettings({ checks: { latencyP99: null } }).checks.latencyP99).toBeNull();
});

it.each([
  ['alpha', { alpha: 0 }],
  ['alpha', { alpha: NaN }],
  ['alpha', { alpha: 0.9 }],
  ['checks.latencyMean.tolerance', { checks: { latencyMean: { tolerance: -0.1 } } }],
  ['checks.errors.ratio', { checks: { errors: { ratio: 0.9 } } }],
  ['checks.errors.weight', { checks: { errors: { weight: -1 } } }],
  ['checks.predictions.tolerance', { checks: { predictions: { tolerance: 2 } } }],
  ['checks.agreement.disagreement', { checks: { agreement: { disagreement: 0 } } }],
  ['checks.feedback.measure', { checks: { feedback: { measure: 'joy' as 'score' } } }],
  ['checks.nonsense', { checks: { nonsense: {} } as PartialJudgeSettings['checks'] }],
  [
    'checks',
    {
      checks: {
        errors: null,
        latencyMean: null,
        latencyP95: null,
        latencyP99: null,
        latencyTwiceP99: null,
      },
    },
  ],
  ['settleMs', { settleMs: -1 }],
  ['sticky', { sticky: 'yes' as unknown as boolean }],
] as [string, PartialJudgeSettings][])('%s out of range is refused by name: %j', (name, given) => {
  expect(() => readJudgeSettings(given)).toThrow(
    expect.objectContaining({
      code: 'invalid-judge-settings',
      words: expect.objectContaining({ fields: { setting: name } }) as unknown,
    }) as Error,
  );
});
