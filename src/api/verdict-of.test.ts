import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { Judge } from '../analysis/judge.js';
import type { ModelName } from '../domain/ids.js';
import { FrontFindings } from '../rollout/live/front-findings.js';
import type { ServerContext } from './context.js';
import { verdictRoutes } from './routes/verdict.js';

const churn = 'churn' as ModelName;

test('a source that has fallen silent makes the verdict of the API unmeasurable, too', async () => {
  let nowMs = 0;
  const findings = new FrontFindings(
    () => nowMs,
    () => undefined,
  );
  const safe = { ...Judge.open().judge(0), kind: 'safe' as const, sentence: 'safe', meter: 100 };
  const context = {
    deployments: { model: () => ({ name: churn }) },
    comparisons: { verdict: () => ({ ...safe, mayPromote: true }) },
    fronts: { findings },
  } as unknown as ServerContext;
  const app = fastify();
  verdictRoutes(app, context);
  const asked = async (): Promise<unknown> =>
    (await app.inject('/api/v1/models/churn/verdict')).json();

  findings.add(churn, {
    source: 'nginx log',
    verdict: 'undecided',
    sentence: 'all lines read',
    atMs: 0,
  });
  expect(await asked()).toMatchObject({ verdict: 'safe', meter: 100 });
  nowMs = 31_000;
  expect(await asked()).toMatchObject({
    verdict: 'unmeasurable',
    sentence: 'Unmeasurable: nginx log: nothing for 31 s.',
    meter: 0,
    may_promote: false,
  });
  await app.close();
});
