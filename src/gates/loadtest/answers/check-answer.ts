import type { Landing } from '../drive/flights.js';
import type { LoadCase } from '../load-case.js';
import { FaultKind, type Fault } from '../results/fault.js';
import { NoAnswer } from '../sender.js';
import { writeMs } from '../thresholds/words.js';
import { differenceOf, isObject } from './difference.js';

/** What is known of every answer, whatever its request. */
export interface AnswerRules {
  /** Whether answers have to be JSON. */
  readonly json: boolean;
  /** What is wrong with the form of a JSON answer; undefined where nothing is. */
  readonly misfit: (answer: unknown) => string | undefined;
}

/** A check that finds out what is wrong with how a request landed. */
export function answerCheck(
  cases: readonly LoadCase[],
  rules: AnswerRules,
  timeoutMs: number,
): (input: number, landing: Landing) => Fault | undefined {
  return (input, landing) => {
    switch (landing.kind) {
      case 'timeout':
        return timedOut(landing.sentAtMs, timeoutMs);
      case 'none':
        return { kind: faultOf[landing.why], words: landing.words };
      case 'answer':
        return faultOfAnswer(landing.status, landing.body, cases[input], rules);
    }
  };
}

const faultOf: Readonly<Record<NoAnswer, FaultKind>> = {
  [NoAnswer.Refused]: FaultKind.Refused,
  [NoAnswer.Dropped]: FaultKind.Dropped,
  [NoAnswer.Malformed]: FaultKind.Malformed,
};

function timedOut(sentAtMs: number | undefined, timeoutMs: number): Fault {
  const words =
    sentAtMs === undefined
      ? `no connection became free within ${writeMs(timeoutMs)}`
      : `no answer within ${writeMs(timeoutMs)}`;
  return { kind: FaultKind.Timeout, words };
}

function faultOfAnswer(
  status: number,
  body: string,
  asked: LoadCase | undefined,
  rules: AnswerRules,
): Fault | undefined {
  const expect = asked?.expect;
  const wanted = expect?.status;
  if (wanted === undefined ? status < 200 || status > 299 : status !== wanted) {
    const said = body.trim() === '' ? '' : `: ${excerpt(body)}`;
    const instead = wanted === undefined ? '' : ` instead of ${wanted}`;
    return { kind: FaultKind.Status, words: `status ${status}${instead}${said}` };
  }
  if (!rules.json && expect?.answer === undefined) return undefined;
  const words = misfitOfBody(body, status, expect, rules);
  return words === undefined ? undefined : { kind: FaultKind.WrongAnswer, words };
}

function misfitOfBody(
  body: string,
  status: number,
  expect: LoadCase['expect'],
  rules: AnswerRules,
): string | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return body === '' ? 'an empty body' : `no JSON: ${excerpt(body)}`;
  }
  if (status < 300) {
    const misfit = rules.misfit(answer);
    if (misfit !== undefined) return misfit;
  }
  return expect?.answer === undefined
    ? undefined
    : differenceOf(expect.answer, answer, expect.tolerance);
}

/** What a server says of an error, without what differs in each: failures are counted by their words. */
function excerpt(body: string): string {
  const line = saidIn(body)
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= 120 ? line : `${line.slice(0, 117)}…`;
}

function saidIn(body: string): string {
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    return body;
  }
  if (!isObject(answer)) return body;
  const said = ['error', 'message', 'detail'].map((key) => answer[key]);
  return said.find((words) => typeof words === 'string') ?? body;
}
