import {
  Severity,
  statusOf,
  type CheckResult,
  type Finding,
  type Report,
} from '../../report/report.js';
import { clientBottleneck } from '../results/client-delay.js';
import type { LoadTestResult } from '../results/load-test-result.js';
import { writeMs } from '../thresholds/words.js';
import { comparisonCheck } from './comparison-check.js';
import { failureFindings } from './failure-findings.js';
import { inWords } from './load-in-words.js';
import { measurementsOf } from './measurements.js';
import { thresholdChecks } from './threshold-checks.js';

/** What a load test says of its target, in the form of all gates. */
export function reportOfLoadTest(result: LoadTestResult): Report {
  const { target, stable, plan, startedAtMs, durationMs } = result;
  const checks = [
    loadCheck(result),
    answersCheck(result),
    ...thresholdChecks(result),
    ...comparisonCheck(result),
    clientCheck(result),
  ];
  return {
    gate: 'loadtest',
    subject: target.name,
    ...(stable === null ? {} : { against: stable.name }),
    passed: checks.every(({ status }) => status !== 'failed'),
    startedAtMs,
    durationMs,
    checks,
    measurements: measurementsOf(result),
    facts: { load: inWords(plan), seed: plan.seed },
  };
}

/** Whether the load that was asked for came about. */
function loadCheck(result: LoadTestResult): CheckResult {
  const { plan, target, stable, stopped, measuredMs } = result;
  const findings: Finding[] = [];
  const requests = target.requests + (stable?.requests ?? 0);
  const unanswered = target.unanswered.count + (stable?.unanswered.count ?? 0);
  if (stopped !== null) {
    findings.push({
      code: 'loadtest-stopped',
      severity: Severity.Error,
      title: 'The test was stopped before its time',
      expected: `${writeMs(plan.durationMs)} of measurement`,
      found: `${writeMs(measuredMs)}: ${stopped}`,
      advice:
        'See the other findings; what was measured until then counts for no more than that time.',
    });
  } else if (requests === 0) {
    findings.push({
      code: 'loadtest-nothing-measured',
      severity: Severity.Error,
      title: 'Nothing was measured',
      expected: 'at least one request after the warm-up',
      found: 'none',
      advice: 'Give it more time, or a higher rate.',
    });
  }
  findings.push(...overload(result));
  const late = unanswered === 0 ? '' : `; ${unanswered} had no answer when it was stopped`;
  return check(
    'load',
    `${inWords(plan)}: ${requests} requests in ${writeMs(measuredMs)}${late}`,
    findings,
  );
}

/** An open loop that the server does not keep up with. */
function overload({ plan, target, stable, stopped }: LoadTestResult): Finding[] {
  const { load } = plan;
  if (load.kind === 'closed' || stopped !== null || target.requests === 0) return [];
  const offered = (load.fromPerSecond + load.toPerSecond) / 2;
  const answered = target.goodPerSecond + (stable?.goodPerSecond ?? 0);
  const failed = 1 - target.good / target.requests;
  // What has failed is said elsewhere; what came after the end is what is missing here.
  if (answered >= 0.95 * offered * (1 - failed)) return [];
  return [
    {
      code: 'loadtest-overloaded',
      severity: Severity.Warning,
      title: 'The server does not keep up with the load',
      expected: `${offered.toFixed(0)} good answers a second`,
      found: `${answered.toFixed(0)}: the others came later, or not at all`,
      advice: 'Latencies of an overloaded server grow with the time of the test: lower the rate.',
    },
  ];
}

/** Whether every answer was what it should be. */
function answersCheck(result: LoadTestResult): CheckResult {
  const { requests, good, unanswered } = result.target;
  const failed = requests - good;
  const detail =
    requests === 0
      ? `no answer to ${unanswered.count} requests`
      : failed === 0
        ? `all ${requests} answers${unanswered.count > 0 ? ' that came' : ''} were good: status, form and expected values`
        : `${failed} of ${requests} requests failed (${((100 * failed) / requests).toFixed(2)}%)`;
  return check('answers', detail, [...failureFindings(result), ...rowsLeftOut(result)]);
}

/** What was not asked, for whoever takes it to be asked. */
function rowsLeftOut({ rowsRefused }: LoadTestResult): Finding[] {
  if (rowsRefused === undefined) return [];
  const { count, tried, words } = rowsRefused;
  return [
    {
      code: 'loadtest-rows-refused',
      severity: Severity.Warning,
      title: `${count} of ${tried} rows that were made up were refused, and left out`,
      expected: 'a model that takes what fits its signature',
      found: words,
      advice:
        'Add golden rows to model.yaml, or say in validate.inputs which values it takes; for a server, give inputs.',
    },
  ];
}

/** Whether the figures are the server's, not the client's. */
function clientCheck({ client, target }: LoadTestResult): CheckResult {
  const bottleneck = clientBottleneck(client, target.latencyMs);
  const { lagMs, busy, cpus } = client;
  const lag =
    lagMs !== null
      ? `was late by ${writeMs(lagMs.p50)} (p50), ${writeMs(lagMs.p99)} (p99), and `
      : busy !== null
        ? `was busy ${(100 * busy).toFixed(0)}% of the time, and `
        : '';
  const findings: Finding[] =
    bottleneck === undefined
      ? []
      : [
          {
            code: 'loadtest-client-bottleneck',
            severity: Severity.Warning,
            title: "The figures are in part the load generator's own, not the server's",
            expected: 'a generator whose own delay does not matter',
            found: bottleneck,
            advice: 'Run it on another machine, with more CPU, or with less load.',
          },
        ];
  return check('client', `the load generator ${lag}used ${cpus.toFixed(2)} CPUs`, findings);
}

function check(name: string, detail: string, findings: readonly Finding[]): CheckResult {
  return { name, status: statusOf(findings), detail, durationMs: 0, findings };
}
