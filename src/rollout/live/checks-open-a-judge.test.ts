import fc from 'fast-check';
import { expect, test } from 'vitest';
import { liveJudgeSettings } from '../../analysis/live-judge-settings.js';
import { readJudgeSettings } from '../../analysis/read-judge-settings.js';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { SerinError } from '../../domain/errors.js';
import { judgeSettingsOf } from './judge-settings.js';

const share = fc.oneof(
  fc.constantFrom('0%', '100%', '50%', '30%', '0.01%'),
  fc.integer({ min: 0, max: 100 }).map((percent) => `${percent}%`),
);
const check = (keys: readonly string[], value: fc.Arbitrary<string>) =>
  fc.oneof(
    fc.constant('off'),
    fc.tuple(fc.constantFrom(...keys), value).map(([key, text]) => `{ ${key}: ${text} }`),
  );

const feedback = fc.oneof(
  check(['tolerance'], share),
  fc
    .record({
      measure: fc.constantFrom('accuracy', 'log-loss', 'score', 'labelled-pairs', 'auc'),
      tolerance: fc.oneof(share, fc.constantFrom('0', '0.02', '7', '1000000')),
      gate: fc.constantFrom('true', 'false', '2%'),
    })
    .map(
      ({ measure, tolerance, gate }) =>
        `{ measure: ${measure}, tolerance: ${tolerance}, gate: ${gate} }`,
    ),
);

const checks = fc.record(
  {
    alpha: fc.constantFrom('0.05', '1e-15', '0.5', '0.9', '0'),
    latency: check(['tolerance', 'p95', 'p99'], share),
    errors: check(['tolerance'], share),
    predictions: check(['drift'], fc.constantFrom('0', '0.2', '1')),
    agreement: check(['min', 'tolerance'], share),
    timeouts: check(['tolerance'], share),
    feedback,
  },
  { requiredKeys: [] },
);

/** Undefined where the file is refused, at its place in the file. */
function parsed(text: string) {
  try {
    return parseSerinYaml(text, 'serin.yaml');
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SerinError);
    expect((thrown as SerinError).advice).toMatch(/serin\.yaml:\d+:\d+/);
    return undefined;
  }
}

test('whatever checks a file is let through with, there is a judge for them', () => {
  let opened = 0;
  fc.assert(
    fc.property(checks, fc.boolean(), (given, sticky) => {
      const lines = Object.entries(given).map(([key, value]) => `${key}: ${value}`);
      const text = `model: churn\nstable: churn/1\ncanary: churn/2\nsteps: [{ shadow: { requests: 9 } }, { weight: 50 }]\nchecks: { ${lines.join(', ')} }\n`;
      const strategy = parsed(text);
      if (strategy === undefined) return;
      readJudgeSettings(liveJudgeSettings(judgeSettingsOf(strategy), sticky));
      opened += 1;
    }),
    { numRuns: 500 },
  );
  expect(opened).toBeGreaterThan(40);
});

test('a file that leaves nothing to judge by is refused', () => {
  const off = 'latency: off, errors: off, predictions: off, feedback: off';
  expect(parsed(`model: churn\nstable: a\ncanary: b\nchecks: { ${off} }\n`)).toBeUndefined();
});
