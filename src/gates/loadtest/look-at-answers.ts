import { SerinError } from '../../domain/errors.js';
import type { AnswerForm } from './answers/answer-form.js';
import type { LoadClock } from './drive/load-clock.js';
import type { LoadCase } from './load-case.js';
import { NoAnswer, type Exchange, type Sender } from './sender.js';

/** Answers from which the form of all is learnt, one after the other, and the time for it. */
const answersToLearnFrom = 10;
const longestMs = 2_000;

/**
 * Sends a few requests before the test, to find out whether anybody is there, and what answers look
 * like. A failure other than of the connection is left to the test to find.
 * @param name of the target, for the error
 * @param form learns every good answer that is JSON
 * @returns whether every good answer was JSON, and there was one
 * @throws SerinError `target-unreachable` where no connection can be made
 */
export async function lookAtAnswers(
  sender: Sender,
  cases: readonly LoadCase[],
  name: string,
  clock: LoadClock,
  form: AnswerForm,
): Promise<boolean> {
  const untilMs = clock.nowMs() + longestMs;
  let learnt = 0;
  for (let input = 0; input < Math.min(cases.length, answersToLearnFrom); input += 1) {
    const exchange = await sendOnce(sender, input, clock, untilMs - clock.nowMs());
    if (exchange.kind === 'none' && exchange.why === NoAnswer.Refused) {
      throw new SerinError('target-unreachable', {
        expected: `a server at ${name}`,
        found: exchange.words,
      });
    }
    if (exchange.kind !== 'answer') return learnt > 0;
    if (exchange.status < 200 || exchange.status > 299) continue;
    const answer = parsed(exchange.body);
    if (answer === undefined) return false;
    form.learn(answer.value);
    learnt += 1;
  }
  return learnt > 0;
}

/** Without a connection within the time, nobody is there; without an answer, somebody may be. */
function sendOnce(
  sender: Sender,
  input: number,
  clock: LoadClock,
  withinMs: number,
): Promise<Exchange | { readonly kind: 'unanswered' }> {
  return new Promise((resolve) => {
    const sending = sender.send(input, (exchange) => {
      stop();
      resolve(exchange);
    });
    const stop = clock.after(Math.max(1, withinMs), () => {
      const { sentAtMs } = sending;
      sending.cancel();
      const endedAtMs = clock.nowMs();
      const words = 'no connection within 2 s';
      if (sentAtMs !== undefined) resolve({ kind: 'unanswered' });
      else resolve({ kind: 'none', why: NoAnswer.Refused, words, sentAtMs: endedAtMs, endedAtMs });
    });
  });
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // Not every server answers in JSON; then only the status can be checked.
    return undefined;
  }
}
