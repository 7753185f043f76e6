import { expect, test } from 'vitest';
import { harmlessScenario } from '../../analysis/simulation/scenario.js';
import { simulateRollout } from '../../analysis/simulation/simulate-rollout.js';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { judgeSettingsOf } from './judge-settings.js';

const arms = 'model: score\nstable: http://127.0.0.1:1\ncanary: http://127.0.0.1:2\n';

const checksOf = (yaml: string) =>
  judgeSettingsOf(parseSerinYaml(`${arms}${yaml}\n`, 'serin.yaml')).checks;

const behindNginx = 'traffic: { router: nginx, nginx: { listen: 8088 } }';

test('nothing is asked of predictions that NGINX does not see', () => {
  expect(checksOf(behindNginx)).toMatchObject({ predictions: null, feedback: null });
  expect(checksOf('')).not.toHaveProperty('predictions');
});

test('feedback behind NGINX is a score, where it is asked for', () => {
  const feedback = 'checks: { feedback: { tolerance: 0.02 } }';
  expect(checksOf(`${behindNginx}\n${feedback}`)).toMatchObject({
    feedback: { measure: 'score', tolerance: 0.02 },
  });
  expect(checksOf(feedback)).toMatchObject({ feedback: { tolerance: 0.02, gate: null } });
});

test('feedback is judged by the measure of the file, and holds promotion up where it is a gate', () => {
  const logLoss = 'checks: { feedback: { measure: log-loss, tolerance: 0.03, gate: true } }';
  expect(checksOf(logLoss)?.feedback).toEqual({ measure: 'log-loss', tolerance: 0.03, gate: 0.06 });
  const pairs = 'checks: { feedback: { measure: labelled-pairs, tolerance: 25% } }';
  expect(checksOf(`steps: [{ shadow: { requests: 9 } }, { weight: 5 }]\n${pairs}`)).toMatchObject({
    feedback: { measure: 'labelled-pairs', tolerance: 0.25, gate: null },
  });
  expect(checksOf('checks: { feedback: { gate: true } }')?.feedback).toMatchObject({
    tolerance: 0.02,
    gate: 0.04,
  });
});

test('time-outs are asked for by name only, and are no gate unless the file says so', () => {
  expect(checksOf('')).not.toHaveProperty('timeouts');
  expect(checksOf('checks: { timeouts: off }')).not.toHaveProperty('timeouts');
  expect(checksOf('checks: { timeouts: {} }')?.timeouts).toEqual({ difference: 0.001, gate: null });
  expect(checksOf('checks: { timeouts: { tolerance: 1%, gate: true } }')?.timeouts).toEqual({
    difference: 0.01,
    gate: { ratio: 1.5, difference: 0.02 },
  });
});

const latencyOf = (percent: number) =>
  checksOf(`checks: { latency: { tolerance: ${percent}% } }`) as Record<
    'latencyMean' | 'latencyP95' | 'latencyP99',
    { readonly tolerance: number; readonly gate: number }
  >;

test('who tolerates less slowness gets the usual gates, who tolerates more gets larger ones', () => {
  const usual = { latencyMean: { gate: 0.1 }, latencyP95: { gate: 0.25 }, latencyP99: { gate: 1 } };
  for (const percent of [0, 1, 5]) expect(latencyOf(percent)).toMatchObject(usual);
  expect(latencyOf(20)).toMatchObject({
    latencyMean: { tolerance: 0.2, gate: 0.4 },
    latencyP95: { tolerance: 0.2, gate: 0.5 },
    latencyP99: { tolerance: 0.2, gate: 1 },
  });
});

test('no gate is stricter for a larger tolerance, and each lies beyond what is tolerated', () => {
  for (let percent = 1; percent <= 100; percent += 1) {
    const [before, now] = [latencyOf(percent - 1), latencyOf(percent)];
    for (const check of ['latencyMean', 'latencyP95', 'latencyP99'] as const) {
      expect(now[check].gate).toBeGreaterThanOrEqual(before[check].gate);
      expect(now[check].gate).toBeGreaterThan(now[check].tolerance);
    }
  }
});

test('where no slowness is tolerated harmless canaries pass, and one within the gates does not', () => {
  const { checks } = judgeSettingsOf(
    parseSerinYaml(`${arms}checks: { latency: { tolerance: 0% } }\n`, 'serin.yaml'),
  );
  const outcomesOf = (latencyFactor: number) =>
    Array.from(
      { length: 10 },
      (_, seed) =>
        simulateRollout({ ...harmlessScenario, latencyFactor }, seed, { checks }).outcome,
    );
  const promoted = (latencyFactor: number) =>
    outcomesOf(latencyFactor).filter((outcome) => outcome === 'promoted').length;
  expect(promoted(1)).toBeGreaterThanOrEqual(8);
  // 6% slower lies below the gate of 10%, and is harm all the same.
  expect(promoted(1.06)).toBe(0);
});

test('a step that may be over soon is judged in shorter buckets, so that it is not left unjudged', () => {
  const bucketsOf = (yaml: string) => {
    const { bucket, settleMs } = judgeSettingsOf(parseSerinYaml(`${arms}${yaml}\n`, 'serin.yaml'));
    return { bucket, settleMs };
  };
  expect(bucketsOf('')).toEqual({});
  expect(bucketsOf('hold: { min: 20s }')).toEqual({});
  expect(bucketsOf('hold: { min: 3s }')).toEqual({ bucket: { durationMs: 750 }, settleMs: 750 });
  expect(bucketsOf('hold: { min: 0s }')).toEqual({ bucket: { durationMs: 500 }, settleMs: 500 });
  expect(bucketsOf('steps: [{ weight: 10 }, { weight: 50, hold: { min: 12s } }]')).toEqual({
    bucket: { durationMs: 3_000 },
    settleMs: 1_000,
  });
});
