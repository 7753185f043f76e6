import { expect, test } from 'vitest';
import type { StepOutlook } from '../../analysis/plan/plan-outlook.js';
import { planStrategy } from '../../analysis/plan/plan-strategy.js';
import { CheckName } from '../../domain/evidence.js';
import { renderPlan, type PlanAssumptions } from './plan.js';

const assumed: PlanAssumptions = {
  rps: 40,
  errors: 0.005,
  latency: 20,
  spread: 0.5,
  slowdown: 0.2,
  regressedErrors: 0.01,
  drift: 0,
  power: 0.8,
};
const steps: readonly StepOutlook[] = [
  {
    kind: 'weight',
    share: 0.1,
    checks: [
      {
        check: CheckName.Errors,
        find: null,
        findNever: 'it is tolerated',
        exclude: { requests: 24_000, minutes: 10 },
      },
      { check: CheckName.LatencyMean, find: { requests: 1199.2, minutes: 0.5 } },
    ],
    warnings: ['errors cannot be found'],
  },
];

test('a plan is a table of what each check of each step takes to find, and to exclude', () => {
  const text = renderPlan(assumed, steps, [{ check: CheckName.Feedback, why: 'it takes labels' }]);
  expect(text).toContain(
    '40 requests a second, 0.5% of them fail, latencies of 20 ms (median) spread by 0.5.',
  );
  expect(text).toContain('with a chance of 80%: 20% slower, or 1% that fail.');
  expect(text).toMatch(/weight +check +find: requests +time +exclude: requests +time/);
  expect(text).toMatch(/10% +errors +never +never +24000 +10 min/);
  expect(text).toMatch(/10% +latency-mean +1200 +30 s +– +–/);
  expect(text).toContain('errors finds nothing: it is tolerated.');
  expect(text).toContain('feedback: not planned, it takes labels.');
  expect(text).toContain('! errors cannot be found');
});

test('the chart shows the longest time as the longest bar, on a logarithmic scale', () => {
  const lines = renderPlan(assumed, steps, []).split('\n');
  expect(lines).toContain('10% errors               never');
  expect(lines).toContain(`${' '.repeat(25)}${'░'.repeat(48)} 10 min`);
  // ln(0.5 / 0.1) of ln(10 / 0.1), of 48.
  expect(lines).toContain(`10% latency-mean         ${'█'.repeat(17)} 30 s`);
});

test('errors from 0.5% to 1% at a share of 10% are warned of, as the step ends before', () => {
  const outlooks = planStrategy(
    { requestsPerSecond: 40, errorRate: 0.005, latencySpread: 0.5, latencyMs: 20 },
    { latency: 0.2, errorRate: 0.01, drift: 0 },
    [{ kind: 'weight', share: 0.1, maxMinutes: 20_000 / 40 / 60 }],
  );
  expect(renderPlan(assumed, outlooks, [])).toMatch(
    /^! errors from 0\.5% to 1% at 10% of 40 requests a second is found in .+; the step ends after/m,
  );
});

test('a shadow step is named as one', () => {
  const [step] = steps;
  const text = renderPlan(assumed, [{ ...step!, kind: 'shadow', share: 1 }], []);
  expect(text).toMatch(/^shadow +errors +never/m);
});

test('a strategy without a comparison has nothing to plan', () => {
  expect(renderPlan(assumed, [], [])).toContain('nothing to plan');
});
