import { describe, expect, test } from 'vitest';
import { Tally } from '../../gates/loadtest/results/tally.js';
import type { LoadProgress } from '../../gates/loadtest/load-progress.js';
import { judgeThresholds } from '../../gates/loadtest/thresholds/judge-thresholds.js';
import { parseThreshold } from '../../gates/loadtest/thresholds/parse-threshold.js';
import { renderLoadTestLine, renderLoadTestLive } from './loadtest-live.js';

/** A target that answered 10 requests a second, of which every tenth failed. */
function tallied(seconds: number): Tally {
  const tally = new Tally({ fromMs: 0, untilMs: 60_000 }, 10_000, []);
  for (let request = 0; request < 10 * seconds; request += 1) {
    const sentAtMs = request * 100;
    const flight = { target: 0, input: 0, intendedAtMs: sentAtMs, handedOverAtMs: sentAtMs };
    const answer = { kind: 'answer', status: 200, body: '', sentAtMs } as const;
    const fault = { kind: 'status', words: 'status 500' } as const;
    tally.record(
      flight,
      { ...answer, endedAtMs: sentAtMs + 20 },
      request % 10 === 9 ? fault : undefined,
    );
  }
  return tally;
}

function progressAfter(seconds: number): LoadProgress {
  const tally = tallied(seconds);
  const thresholds = ['p99<50ms', 'errors<1%'].map(parseThreshold);
  return {
    phase: 'measuring',
    elapsedMs: 2_000 + seconds * 1_000,
    totalMs: 62_000,
    measuredMs: 60_000,
    underWay: 3,
    target: { name: 'http://127.0.0.1:8080/predict', tally },
    stable: undefined,
    thresholds: judgeThresholds(thresholds, tally, seconds),
  };
}

describe('a load test on a terminal', () => {
  test('shows how far it is, the figures, a chart, and every threshold', () => {
    const lines = renderLoadTestLive(progressAfter(10)).split('\n');
    expect(lines[1]).toContain('12 s of 62 s, measuring, 3 under way');
    const row = lines.find((line) => line.startsWith('target'));
    expect(row).toMatch(/^target +100 +10\.00% +9 +\d+\.\d ms/);
    expect(lines.join('\n')).toContain('· p99    ━ p50');
    expect(lines.at(-1)).toMatch(/✓ p99<50ms {2}\d+\.\d ms {3}✗ errors<1% {2}10%/);
  });

  test('draws no chart before there is anything to see', () => {
    expect(renderLoadTestLive(progressAfter(1))).not.toContain('┤');
    expect(renderLoadTestLive(progressAfter(0))).toMatch(/target +0 +– +– +– /);
  });
});

test('a load test in a log is a line now and then', () => {
  expect(renderLoadTestLine(progressAfter(10))).toMatch(
    /^12 s of 62 s: 100 requests, 10 failed, p50 \d+\.\d ms, p99 \d+\.\d ms$/,
  );
});
