import { expect, test } from 'vitest';
import { VerdictKind } from '../../../domain/evidence.js';
import type { Verdict } from '../../../domain/verdict.js';
import { findingsOf } from '../../report/report.js';
import type { Latencies } from '../results/latencies.js';
import type { LoadTestResult, TargetResult } from '../results/load-test-result.js';
import { parseThreshold } from '../thresholds/parse-threshold.js';
import { reportOfLoadTest } from './to-report.js';

/** Every request as quick as the others. */
function evenly(ms: number): Latencies {
  return { mean: ms, p50: ms, p90: ms, p95: ms, p99: ms, p999: ms, max: ms };
}

const target: TargetResult = {
  name: 'target',
  requests: 2_000,
  good: 2_000,
  unanswered: { count: 0, oldestMs: 0 },
  goodPerSecond: 200,
  latencyMs: evenly(5),
  geometricMeanMs: 5,
  serviceMs: evenly(5),
  percentileCurve: [],
  failures: [],
  timeline: [],
  warmUp: { requests: 0, failed: 0 },
};

const threshold = {
  threshold: parseThreshold('p99<50ms'),
  value: 5,
  kept: true,
  sinceSentMs: 5,
  restsOn: 20,
};

const good: LoadTestResult = {
  plan: {
    load: { kind: 'open', fromPerSecond: 200, toPerSecond: 200 },
    warmUpMs: 0,
    durationMs: 10_000,
    timeoutMs: 1_000,
    thresholds: [threshold.threshold],
    stopEarly: true,
    seed: 1,
  },
  startedAtMs: 0,
  durationMs: 10_000,
  measuredMs: 10_000,
  stopped: null,
  target,
  stable: null,
  verdict: null,
  thresholds: [threshold],
  client: { lagMs: evenly(0.1), busy: null, cpus: 0.2 },
};

const verdict: Verdict = {
  kind: VerdictKind.Safe,
  atMs: 10_000,
  sentence: 'the sentence',
  reasons: ['latency: 2 times', 'errors: 3 times', 'and another'],
  evidence: [],
  harmLogE: 0,
  p: 1,
  meter: 0,
  leansToHarm: false,
  mayPromote: false,
  missing: [],
  step: { index: 0, share: 0.5, stable: 1_000, canary: 1_000, canaryJudged: 1_000 },
  judged: { stable: 1_000, canary: 1_000 },
  split: { intended: 0.5, seen: 0.5, logE: 0, wrong: false },
};

/** Each half of the load. */
const half = { ...target, requests: 1_000, good: 1_000, goodPerSecond: 100 };

function compared(changes: Partial<LoadTestResult> = {}): LoadTestResult {
  return { ...good, target: half, stable: { ...half, name: 'stable' }, verdict, ...changes };
}

test.each([
  ['a good server', good],
  ['a server that is as good as stable', compared()],
])('nothing is said of %s', (_, result) => {
  const report = reportOfLoadTest(result);
  expect(report.passed).toBe(true);
  expect(findingsOf(report)).toEqual([]);
});

test.each<[string, LoadTestResult, { passed: boolean; severity: string; found: string }]>([
  [
    'loadtest-worse-than-stable',
    compared({ verdict: { ...verdict, kind: VerdictKind.Harm } }),
    { passed: false, severity: 'error', found: 'latency: 2 times; errors: 3 times' },
  ],
  ...[VerdictKind.Undecided, VerdictKind.Unmeasurable].map(
    (kind) =>
      [
        'loadtest-not-shown-safe',
        compared({ verdict: { ...verdict, kind } }),
        { passed: true, severity: 'warning', found: 'the sentence' },
      ] satisfies [string, LoadTestResult, object],
  ),
  [
    'loadtest-stable-failed',
    compared({
      stable: {
        ...half,
        good: 990,
        failures: [{ kind: 'status', words: 'status 500', count: 10, firstMs: 1, lastMs: 2 }],
      },
    }),
    { passed: true, severity: 'warning', found: 'status 500' },
  ],
  [
    'loadtest-unanswered',
    {
      ...good,
      stopped: 'p99<50ms cannot be kept any more',
      target: { ...target, unanswered: { count: 7, oldestMs: 1_000 } },
    },
    { passed: false, severity: 'error', found: 'the oldest had waited for 1.00 s' },
  ],
  [
    'loadtest-overloaded',
    { ...good, target: { ...target, goodPerSecond: 180 } },
    { passed: true, severity: 'warning', found: '180: the others came later, or not at all' },
  ],
  [
    'loadtest-client-bottleneck',
    { ...good, client: { lagMs: evenly(1.1), busy: null, cpus: 1 } },
    {
      passed: true,
      severity: 'warning',
      found:
        'the load generator sent requests 1.1 ms (p50) to 1.1 ms (p99) late, which is part of their latency',
    },
  ],
  [
    'loadtest-few-requests',
    { ...good, thresholds: [{ ...threshold, restsOn: 9 }] },
    { passed: true, severity: 'warning', found: '9' },
  ],
])('%s is said, and fails a test only where it is an error', (code, result, expected) => {
  const report = reportOfLoadTest(result);
  const { passed, ...finding } = expected;
  expect(report.passed).toBe(passed);
  expect(findingsOf(report)).toContainEqual(expect.objectContaining({ code, ...finding }));
});

test('requests that were merely under way at the end are no finding', () => {
  const unanswered = { count: 7, oldestMs: 999 };
  expect(findingsOf(reportOfLoadTest({ ...good, target: { ...target, unanswered } }))).toEqual([]);
});
