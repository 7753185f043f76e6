import type { Arm } from '../../domain/arm.js';
import { toSerinError, type SerinError } from '../../domain/errors.js';
import type { VersionName } from '../../domain/ids.js';
import { Outcome, type Observation } from '../../domain/observation.js';
import type { Answer, Call } from '../upstream.js';
import type { Attempt, Clocks, PredictionRequest } from './answer-prediction.js';
import { notLoaded } from './not-loaded.js';
import type { ServedArm, ServedModel } from './served-model.js';

/** An attempt that the arm answered. */
export type AnsweredAttempt = Attempt & { readonly answer: Answer; readonly failure: undefined };

/** An attempt that is over: answered, or failed. */
export type FinishedAttempt =
  AnsweredAttempt | (Attempt & { readonly answer: undefined; readonly failure: SerinError });

/** Asks one arm for one request's answer. Never rejects: what the arm threw is in the attempt. */
export async function tryArm(
  model: ServedModel,
  arm: Arm,
  request: PredictionRequest,
  clocks: Clocks,
  hasFallback = false,
): Promise<FinishedAttempt> {
  const served = model.arm(arm);
  const startedAt = clocks.monotonicMs();
  const version = served?.upstream.version.version ?? ('none' as VersionName);
  const startedAtMs = clocks.wallMs();
  try {
    const answer = await answerOf(served, model, callOf(request, arm));
    const latencyMs = clocks.monotonicMs() - startedAt;
    const { rows } = answer;
    return {
      model,
      arm,
      version,
      hasFallback,
      startedAtMs,
      latencyMs,
      rows,
      answer,
      failure: undefined,
    };
  } catch (thrown) {
    const latencyMs = clocks.monotonicMs() - startedAt;
    const failure = toSerinError(thrown);
    return {
      model,
      arm,
      version,
      hasFallback,
      startedAtMs,
      latencyMs,
      rows: 0,
      answer: undefined,
      failure,
    };
  }
}

/** An attempt as the judge sees it. */
export function observationOf(
  attempt: FinishedAttempt,
  stickyHash: number | undefined,
  request: PredictionRequest,
): Observation {
  return {
    requestId: request.requestId,
    startedAtMs: attempt.startedAtMs,
    arm: attempt.arm,
    latencyMs: attempt.latencyMs,
    outcome: outcomeOf(attempt),
    prediction: attempt.answer?.prediction,
    stickyHash,
  };
}

/** Field by field: spreading objects took a tenth of a request's time in JavaScript. */
function callOf(request: PredictionRequest, arm: Arm): Call {
  const { requestId, protocol, path, headers, body, arrivedAtMs, isCopy } = request;
  return { requestId, arm, protocol, path, headers, body, arrivedAtMs, isCopy };
}

function answerOf(served: ServedArm | undefined, model: ServedModel, call: Call): Promise<Answer> {
  if (served === undefined) throw notLoaded(model);
  return served.upstream.answer(call);
}

/**
 * An HTTP upstream's own 4xx counts as an error of its arm: whether the client or a stricter canary
 * is to blame shows only in the comparison, where the clients' mistakes hit both arms alike.
 */
function outcomeOf({ answer, failure }: FinishedAttempt): Outcome {
  if (failure?.code === 'upstream-timeout') return Outcome.Timeout;
  return answer !== undefined && answer.status < 400 ? Outcome.Ok : Outcome.Error;
}
