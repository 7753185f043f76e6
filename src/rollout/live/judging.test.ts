import { expect, test } from 'vitest';
import type { RolloutId } from '../../domain/rollout-id.js';
import { toPercent } from '../../domain/share.js';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { Judge } from '../../analysis/judge.js';
import type { FastFailed, Judged } from '../machine/events.js';
import type { OfRollout } from '../ports.js';
import { LiveJudging } from './judging.js';

test('requests that the judge has not looked at yet are no reason to leave a step', async () => {
  const told = await lookAt({ weight: 20, shadow: false });
  expect(told).toMatchObject([{ type: 'judged', canaryRequests: 100, stableRequests: 900 }]);
});

test('at 100% no bucket ever closes: there every request counts', async () => {
  const told = await lookAt({ weight: 100, shadow: false });
  expect(told).toMatchObject([{ type: 'judged', canaryRequests: 300 }]);
});

/** What a rollout is told whose canary had 300 requests in its step, 100 of them in closed buckets. */
async function lookAt(stretch: { weight: number; shadow: boolean }) {
  const strategy = parseSerinYaml('model: churn\nstable: churn/1\ncanary: churn/2\n', 'serin.yaml');
  const of = { rolloutId: 'r-1' as RolloutId, strategy } as OfRollout;
  const nothing = Judge.open().judge(0);
  const verdict = {
    ...nothing,
    step: { index: 0, share: 0.2, stable: 900, canary: 300, canaryJudged: 100 },
  };
  const told: (Judged | FastFailed)[] = [];
  const judging = new LiveJudging({
    deployments: { model: () => ({}) as never },
    comparisons: {
      openStep: () => undefined,
      of: () => ({ openedAtMs: 0 }),
      verdict: () => verdict,
    } as never,
    findings: () => [],
    sources: { open: () => undefined } as never,
    tell: (_id, body) => Promise.resolve(void told.push(body)),
    warn: (message) => {
      throw new Error(message);
    },
  });
  const weight = toPercent(stretch.weight);
  await judging.open(of, { entry: 1, step: 0, weight, shadow: stretch.shadow });
  judging.look(() => undefined);
  return told;
}
