import { describe, expect, test } from 'vitest';
import { Judge } from '../../src/analysis/judge.js';
import { liveJudgeSettings } from '../../src/analysis/live-judge-settings.js';
import { checkLines } from '../../src/api/rollouts/check-lines.js';
import { verdictBody } from '../../src/api/verdict-body.js';
import { parseSerinYaml } from '../../src/config/parse-serin-yaml.js';
import { Arm } from '../../src/domain/arm.js';
import { Outcome, type Observation } from '../../src/domain/observation.js';
import { judgeSettingsOf } from '../../src/rollout/live/judge-settings.js';
import { Random } from '../../src/stats/random.js';
import { chartWords } from '../../ui/charts/chart-words.js';
import { levelsOf } from '../../ui/pages/rollout/levels.js';
import { estimate } from '../../ui/words/format.js';

interface Traffic {
  /** Milliseconds, with a spread of a fifth. */
  readonly latency: { readonly stable: number; readonly canary: number };
  /** Every so many requests of an arm fail; 0: none. */
  readonly failsEvery: { readonly stable: number; readonly canary: number };
}

const sameFast: Traffic = {
  latency: { stable: 1, canary: 1 },
  failsEvery: { stable: 0, canary: 0 },
};

const requests = 8_000;

/** What the page draws into the chart of a check, and what the judge says, of this traffic. */
function drawn(check: string, wishes: Partial<Traffic>, checks = '{}') {
  const strategy = strategyWith(checks);
  const judge = Judge.open(liveJudgeSettings(judgeSettingsOf(strategy), false));
  judge.beginStep({ kind: 'weight', share: 0.5, last: true }, 0);
  const { latency, failsEvery } = { ...sameFast, ...wishes };
  const random = new Random(7);
  for (let i = 0; i < requests; i += 1) {
    const arm = i % 2 === 0 ? Arm.Stable : Arm.Canary;
    const nth = Math.floor(i / 2);
    const every = failsEvery[arm];
    judge.tick(10 * i);
    judge.record({
      requestId: `r-${i}` as Observation['requestId'],
      startedAtMs: 10 * i,
      arm,
      latencyMs: latency[arm] * Math.exp(0.2 * random.normal()),
      outcome: every > 0 && nth % every === 0 ? Outcome.Error : Outcome.Ok,
    });
  }
  const { evidence } = verdictBody('churn', judge.judge(10 * requests + 10_000));
  const found = evidence.find((one) => one.check === check)!;
  const line = lineOf(check, checks);
  const levels = levelsOf(line, found);
  const format = (value: number | null | undefined) => estimate(value, line.unit);
  const plan = {
    title: check,
    of: 'estimate',
    format,
    lines: [],
    axis: 'free',
    height: 1,
  } as const;
  const places = levels.map(({ at }) => at);
  return { verdict: found.verdict, words: chartWords(plan, [[]], levels, []), places };
}

function strategyWith(checks: string) {
  const yaml = `model: churn\nstable: churn/1\ncanary: churn/2\nsteps: [{ shadow: { requests: 9 } }, { weight: 50 }]\n`;
  return parseSerinYaml(`${yaml}checks: ${checks}\n`, 'serin.yaml');
}

function lineOf(check: string, checks: string) {
  return checkLines(strategyWith(checks)).lines.find((one) => one.check === check)!;
}

describe('the lines in a chart are where the judge decides', () => {
  test('of a model that takes a millisecond: at half a millisecond, not at the file’s 5%', () => {
    const { verdict, words } = drawn('latency-mean', { latency: { stable: 1, canary: 1.3 } });
    expect(verdict).toBe('safe');
    // Stable's logarithms, whose mean is what is compared, vary a little from bucket to bucket.
    expect(words).toMatch(/tolerance at \+(49|50|51)(\.\d)?%; gate at \+(49|50|51)(\.\d)?%\.$/);
  });

  test('of one that takes longer: at the percentages of the file', () => {
    const { verdict, words } = drawn('latency-mean', { latency: { stable: 40, canary: 60 } });
    expect(verdict).toBe('harm');
    expect(words).toContain('tolerance at +5%; gate at +10%.');
  });

  test('of failures: where the ratio and the points are both exceeded', () => {
    const isAt = (found: readonly number[], ...expected: readonly number[]): void => {
      // The newest requests are not judged yet, so that the shares are only about these.
      expected.forEach((at, i) => expect((found[i] ?? 0) / at, found.join()).toBeCloseTo(1, 1));
    };
    // 0.5% of stable's: a tenth of a point more is a fifth, so a quarter rules; the gate is half a point.
    const few = { failsEvery: { stable: 200, canary: 200 } };
    isAt(drawn('errors', few).places, 1.25, 2);
    // 10%: half a point more is a twentieth, so half as many more rules.
    const many = { failsEvery: { stable: 10, canary: 8 } };
    isAt(drawn('errors', many).places, 1.25, 1.5);
    // A whole point where stable has 0.5%: three times as many are tolerated.
    isAt(drawn('errors', few, '{ errors: { tolerance: 1% } }').places, 3, 5);
  });

  test('of failures that only the canary has: nowhere, as none is a multiple of nothing', () => {
    const { verdict, words } = drawn('errors', { failsEvery: { stable: 0, canary: 10 } });
    expect(verdict).toBe('harm');
    expect(words).toBe('errors over time. .');
  });

  test('of the slowest requests: at once as often, and the gate, which counts otherwise, nowhere', () => {
    expect(drawn('latency-p95', {}).words).toBe('latency-p95 over time. tolerance at ×1.');
  });
});

test('the line of accuracy is below, where harm is, and that of odds is a ratio', () => {
  const asked = (measure: string) => lineOf('feedback', `{ feedback: { ${measure}, gate: true } }`);
  const worse = 'below';
  expect(asked('tolerance: 3%')).toMatchObject({ tolerance: -0.03, gate: -0.06, worse });
  expect(asked('measure: log-loss, tolerance: 0.1')).toMatchObject({
    ...{ unit: 'value', tolerance: 0.1, gate: 0.2, worse: 'above' },
  });
  expect(asked('measure: labelled-pairs, tolerance: 0.25')).toMatchObject({
    ...{ unit: 'ratio', tolerance: 1.25, gate: 1.5, worse: 'above' },
  });
});

test('a check that holds no promotion up has no gate', () => {
  const { tolerance, gate } = lineOf('agreement', '{ agreement: { min: 90% } }');
  expect(tolerance).toBeCloseTo(0.1);
  expect(gate).toBeNull();
});
