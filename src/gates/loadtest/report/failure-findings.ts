import { Severity, type Finding } from '../../report/report.js';
import type { FailureCount } from '../results/failure-book.js';
import { FaultKind } from '../results/fault.js';
import type { LoadTestResult } from '../results/load-test-result.js';
import { writeMs } from '../thresholds/words.js';

interface KindWords {
  readonly code: string;
  /** After the number of requests. */
  readonly title: string;
  readonly expected: string;
  readonly advice: string;
}

const words: Readonly<Record<FaultKind, KindWords>> = {
  [FaultKind.Refused]: {
    code: 'loadtest-refused',
    title: 'found no connection',
    expected: 'a server that accepts connections',
    advice: 'Look whether it crashed, and at its limit of connections.',
  },
  [FaultKind.Dropped]: {
    code: 'loadtest-dropped',
    title: 'lost their connection',
    expected: 'a whole answer before the connection is closed',
    advice: 'Look whether the server crashed, and at the time-outs of what is in front of it.',
  },
  [FaultKind.Malformed]: {
    code: 'loadtest-malformed',
    title: 'had an answer that is not HTTP/1.1',
    expected: 'an answer in HTTP/1.1',
    advice: 'Look whether the port is that of another protocol.',
  },
  [FaultKind.Timeout]: {
    code: 'loadtest-timeout',
    title: 'had no answer in time',
    expected: 'an answer to every request',
    advice: 'The server hangs, or cannot take this load.',
  },
  [FaultKind.Status]: {
    code: 'loadtest-status',
    title: 'were answered with an error',
    expected: 'a status from 200 to 299, or the one that the input expects',
    advice: "See the server's log.",
  },
  [FaultKind.WrongAnswer]: {
    code: 'loadtest-wrong-answer',
    title: 'had a good status and a wrong body',
    expected: 'answers of the known form, with the expected values',
    advice: 'Compare it with an answer to the same request without load.',
  },
};

const mostExamples = 3;

/**
 * One finding for each way in which requests failed. As many as the threshold on errors allows are
 * a warning.
 */
export function failureFindings({ target, thresholds }: LoadTestResult): Finding[] {
  const limits = thresholds.filter(({ threshold }) => threshold.metric.kind.startsWith('error'));
  const allowed = limits.length > 0 && limits.every(({ kept }) => kept);
  return [
    ...unansweredFinding(target),
    ...Object.values(FaultKind).flatMap((kind): Finding[] => {
      const failures = target.failures.filter((failure) => failure.kind === kind);
      const count = failures.reduce((sum, failure) => sum + failure.count, 0);
      if (count === 0) return [];
      const { code, title, expected, advice } = words[kind];
      return [
        {
          code,
          severity: allowed ? Severity.Warning : Severity.Error,
          title: `${count} of ${target.requests} requests (${share(count, target.requests)}) ${title}`,
          expected,
          found: found(failures),
          advice,
        },
      ];
    }),
  ];
}

/** A request that has waited for so long when a test is stopped is not merely under way. */
const hangingMs = 1_000;

/** Requests of a server that hangs, where the test was stopped before their time-out. */
function unansweredFinding({ unanswered, requests }: LoadTestResult['target']): Finding[] {
  const { count, oldestMs } = unanswered;
  if (count === 0 || (requests > 0 && oldestMs < hangingMs)) return [];
  const { expected, advice } = words[FaultKind.Timeout];
  return [
    {
      code: 'loadtest-unanswered',
      severity: Severity.Error,
      title: `${count} requests had no answer when the test was stopped`,
      expected,
      found: `the oldest had waited for ${writeMs(oldestMs)}`,
      advice,
    },
  ];
}

function found(failures: readonly FailureCount[]): string {
  const said = failures
    .slice(0, mostExamples)
    .map(({ words: text, count }) => (failures.length === 1 ? text : `${text} (${count} times)`));
  const more = failures.length > mostExamples ? `; and ${failures.length - mostExamples} more` : '';
  const firstMs = Math.min(...failures.map((failure) => failure.firstMs));
  const lastMs = Math.max(...failures.map((failure) => failure.lastMs));
  const when =
    firstMs === lastMs
      ? `after ${writeMs(firstMs)}`
      : `from ${writeMs(firstMs)} to ${writeMs(lastMs)}`;
  return `${said.join('; ')}${more}; ${when}`;
}

function share(count: number, of: number): string {
  const percent = (100 * count) / of;
  return `${percent < 0.01 ? percent.toPrecision(1) : percent.toFixed(2)}%`;
}
