import { toSerinError, SerinError } from '../../domain/errors.js';
import { rulesOf } from '../loadtest/answers/answer-rules.js';
import { answerCheck } from '../loadtest/answers/check-answer.js';
import type { LoadCase } from '../loadtest/load-case.js';
import type { SingleAnswer } from '../loadtest/sender.js';
import {
  Severity,
  statusOf,
  type CheckResult,
  type Finding,
  type Report,
} from '../report/report.js';
import { NotReady, type SmokeSubject } from './subject.js';

/** What a smoke test does with a subject. */
export interface SmokeOrder {
  readonly subject: SmokeSubject;
  /** Asked once it is ready. @throws SerinError where there is nothing to send */
  readonly cases: () => Promise<readonly LoadCase[]>;
  /** Until it has to be ready. */
  readonly deadlineMs: number;
  /** Until each answer has to be there. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
}

export interface SmokeResult {
  readonly report: Report;
  /** The last lines that the subject wrote; empty where it is not ours to read. */
  readonly log: readonly string[];
}

/**
 * Starts a thing, waits until it is ready, predicts, and stops it again, whatever happened.
 * @throws SerinError `inputs-missing`, `inputs-invalid` where there is nothing to send
 */
export async function smokeTest(order: SmokeOrder): Promise<SmokeResult> {
  const { subject, wallMs } = order;
  const startedAtMs = wallMs();
  const beganMs = performance.now();
  let checks: readonly CheckResult[];
  try {
    checks = await checksOf(order);
  } finally {
    await subject.stop();
  }
  const report: Report = {
    gate: 'smoke',
    subject: subject.name,
    passed: checks.every(({ status }) => status !== 'failed'),
    startedAtMs,
    durationMs: performance.now() - beganMs,
    checks,
    measurements: [],
    facts: {},
  };
  return { report, log: subject.log() };
}

async function checksOf(order: SmokeOrder): Promise<readonly CheckResult[]> {
  const { subject, deadlineMs, cases } = order;
  const beganMs = performance.now();
  try {
    await subject.start(deadlineMs);
  } catch (thrown) {
    if (!(thrown instanceof NotReady)) throw thrown;
    return [
      check('start', thrown.message, beganMs, [notReady(thrown, deadlineMs)]),
      { ...check('predict', 'it did not start', performance.now(), []), status: 'skipped' },
    ];
  }
  const started = check(
    'start',
    `ready after ${seconds(performance.now() - beganMs)}`,
    beganMs,
    [],
  );
  return [started, await predict(order, await cases())];
}

async function predict(order: SmokeOrder, cases: readonly LoadCase[]): Promise<CheckResult> {
  const { subject, timeoutMs } = order;
  const beganMs = performance.now();
  const findFault = answerCheck(cases, rulesOf(subject.path, undefined), timeoutMs);
  const known = cases.filter(({ expect }) => expect !== undefined).length;
  const findings: Finding[] = known === 0 ? [nothingKnown] : [];
  for (const [index, { request }] of cases.entries()) {
    const answer = await askOrSay(subject, request, timeoutMs);
    const words =
      typeof answer === 'string'
        ? answer
        : findFault(index, { kind: 'answer', sentAtMs: 0, endedAtMs: 0, ...answer })?.words;
    if (words !== undefined) findings.push(badAnswer(index, cases.length, words));
  }
  const wrong = findings.filter(({ severity }) => severity === Severity.Error).length;
  const asked = `${cases.length} ${cases.length === 1 ? 'request' : 'requests'}, the answers to ${known} known beforehand`;
  const detail = wrong === 0 ? `${asked}: all good` : `${asked}: ${wrong} wrong`;
  return check('predict', detail, beganMs, findings);
}

async function askOrSay(
  subject: SmokeSubject,
  request: LoadCase['request'],
  timeoutMs: number,
): Promise<SingleAnswer | string> {
  try {
    return await subject.ask(request, timeoutMs);
  } catch (thrown) {
    if (thrown instanceof SerinError) return toSerinError(thrown).message;
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

const nothingKnown: Finding = {
  code: 'smoke-nothing-known',
  severity: Severity.Warning,
  title: 'No right answer is known',
  expected: 'golden rows: inputs whose outputs are known',
  found: 'made-up rows, of which only the form of the answer can be checked',
  advice: 'Add golden rows to model.yaml, or give --inputs with what is expected.',
};

function notReady({ message, ended }: NotReady, deadlineMs: number): Finding {
  return {
    code: ended ? 'smoke-did-not-start' : 'smoke-not-ready',
    severity: Severity.Error,
    title: ended ? 'It did not start' : `It was not ready within ${seconds(deadlineMs)}`,
    expected: `ready within ${seconds(deadlineMs)}`,
    found: message,
    advice: ended
      ? 'See the last lines that it wrote.'
      : 'See the last lines that it wrote, or give it more time: --deadline.',
  };
}

function badAnswer(index: number, of: number, words: string): Finding {
  return {
    code: 'smoke-bad-answer',
    severity: Severity.Error,
    title: `Request ${index + 1} of ${of} had a bad answer`,
    expected: 'a good status, and the expected outputs',
    found: words,
    advice: 'Compare it with the version that the rows come from.',
  };
}

function check(
  name: string,
  detail: string,
  beganMs: number,
  findings: readonly Finding[],
): CheckResult {
  const durationMs = performance.now() - beganMs;
  return { name, status: statusOf(findings), detail, durationMs, findings };
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`;
}
