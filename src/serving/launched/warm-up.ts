import { SerinError } from '../../domain/errors.js';

/** What a server that was just started is asked before its first user. */
export interface WarmUp {
  /** `http://host:port`. */
  readonly url: string;
  /** Of a prediction, as JSON. */
  readonly body: unknown;
  /** Nobody waits any more. */
  readonly signal: AbortSignal;
  /** Milliseconds that never go back. */
  readonly nowMs: () => number;
}

/** So many requests are under way together: a server with several workers warms up all of them. */
const connections = 4;
const requestsOfRound = 40;

/** A round that is not a tenth quicker than the best before it has gained nothing. */
const gain = 0.9;
/** One such round may be chance: the machine was busy. */
const roundsWithoutGain = 2;

const longestMs = 10_000;
const answerWithinMs = 5_000;

/**
 * Asks a server for predictions until they become no quicker, 10 s at most. A server that has just
 * started compiles and loads as it goes, and a good canary whose first answers are its users' looks
 * slower than a stable that has been asked for days. What is answered is judged by nobody: that is
 * for the gates and the judge.
 * @returns so many requests were answered
 * @throws SerinError `launch-failed` where the first prediction is not answered at all, or refused
 */
export async function warmUp(order: WarmUp): Promise<number> {
  const untilMs = order.nowMs() + longestMs;
  let answered = await firstAnswer(order);
  let best = Infinity;
  for (let idle = 0; idle < roundsWithoutGain && order.nowMs() < untilMs;) {
    const round = await median(order, untilMs);
    order.signal.throwIfAborted();
    answered += round.answered;
    idle = round.ms < best * gain ? 0 : idle + 1;
    best = Math.min(best, round.ms);
  }
  return answered;
}

async function firstAnswer(order: WarmUp): Promise<number> {
  const status = await ask(order).catch((thrown: unknown) => {
    const { cause, message } = thrown as Error;
    return cause instanceof Error ? cause.message : message;
  });
  order.signal.throwIfAborted();
  if (typeof status === 'number' && (status < 400 || status >= 500)) return 1;
  throw new SerinError('launch-failed', {
    expected: `${order.url}/predict to take the prediction of warmUp, ${JSON.stringify(order.body)}`,
    found: typeof status === 'number' ? `status ${status}` : status,
  });
}

/** The median time of a round's answers; infinite where none came. */
async function median(order: WarmUp, untilMs: number): Promise<{ ms: number; answered: number }> {
  const times: number[] = [];
  let left = requestsOfRound;
  const askOn = async (): Promise<void> => {
    while (left-- > 0 && order.nowMs() < untilMs) {
      const beganMs = order.nowMs();
      // One that fails says nothing of how warm it is.
      if ((await ask(order).catch(() => 0)) > 0) times.push(order.nowMs() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, askOn));
  const ms = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Infinity;
  return { ms, answered: times.length };
}

async function ask({ url, body, signal }: WarmUp): Promise<number> {
  const response = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
  });
  await response.arrayBuffer();
  return response.status;
}
