import { Arm } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import type { RequestId, VersionName } from '../../domain/ids.js';
import type { Observation, Prediction } from '../../domain/observation.js';
import type { Answer, Call } from '../upstream.js';
import type { ServedArm, ServedModel } from './served-model.js';
import type { ShadowPair, Shed } from './shadow-pair.js';
import { observationOf, tryArm, type AnsweredAttempt } from './try-arm.js';

/** A request for a prediction before an arm is chosen. */
export type PredictionRequest = Omit<Call, 'arm'>;

/** An answer, and who gave it. */
export interface AnsweredPrediction {
  readonly answer: Answer;
  readonly answeredBy: Arm;
  readonly version: VersionName;
  /** Set when the canary failed and stable answered in its place. */
  readonly fallback: boolean;
}

/** What one arm did with one request, for metrics: fallbacks by stable are told as well. */
export interface Attempt {
  readonly model: ServedModel;
  readonly arm: Arm;
  readonly version: VersionName;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly latencyMs: number;
  readonly rows: number;
  /** Why the arm did not answer; undefined when it did. */
  readonly failure: SerinError | undefined;
  /** Whether stable answers when this attempt fails, so that no user sees the failure. */
  readonly hasFallback: boolean;
}

/** Who is told what happened; telling must be cheap, it is on the path of every request. */
export interface Witness {
  /** One request as the arm saw that it was assigned to: what the judge compares. */
  observed(model: ServedModel, observation: Observation): void;
  attempted(attempt: Attempt): void;
  /** The answer that the user gets: what feedback is about. */
  answered(model: ServedModel, answer: GivenAnswer): void;
  /** What the canary answered to a copy, beside stable's answer; off the users' path. */
  shadowed(model: ServedModel, pair: ShadowPair): void;
  /** A copy was drawn, and not made. */
  shadowShed(model: ServedModel, why: Shed): void;
}

/** An answer, the arm that gave it, and when its request started (milliseconds since 1970). */
export interface GivenAnswer {
  readonly requestId: RequestId;
  readonly arm: Arm;
  readonly prediction: Prediction | undefined;
  readonly startedAtMs: number;
}

export interface Clocks {
  /** Milliseconds, monotone. */
  readonly monotonicMs: () => number;
  /** Milliseconds since 1970, from a clock that never steps back. */
  readonly wallMs: () => number;
}

/**
 * Answers one request for a prediction by the arm that it is assigned to; when the canary fails
 * before an answer, by stable within the same request (DESIGN, decision 11).
 * @throws SerinError the client's mistake, or stable's failure
 */
export async function answerPrediction(
  model: ServedModel,
  request: PredictionRequest,
  witness: Witness,
  clocks: Clocks,
): Promise<AnsweredPrediction> {
  const assignment = model.split.assign(request);
  // Between a roll-back and the next request there may be a weight without a canary: stable it is.
  const arm = model.arm(assignment.arm) === undefined ? Arm.Stable : assignment.arm;
  const stable = model.stable;
  let attempt = await tryArm(model, arm, request, clocks, arm === Arm.Canary);
  if (arm === Arm.Stable && isOfReplaced(attempt, model, stable)) {
    attempt = await tryArm(model, arm, request, clocks);
  }
  witness.attempted(attempt);
  const { failure } = attempt;
  if (failure !== undefined && isTheClients(failure)) throw failureOf(attempt);
  const { stickyHash } = assignment;
  witness.observed(model, observationOf(attempt, stickyHash, request));
  if (arm === Arm.Stable) model.shadow?.offer(request, attempt, stickyHash);
  if (attempt.answer !== undefined) return answered(attempt, false, request, witness);
  if (arm === Arm.Stable) throw failureOf(attempt);
  return answerFromStableWhenCanaryFails(model, request, witness, clocks);
}

/**
 * Answers by the version that the client named. It is no part of the comparison: nobody drew it.
 * @throws SerinError `version-not-loaded`, the client's mistake, or the version's failure
 */
export async function answerByVersion(
  model: ServedModel,
  version: VersionName,
  request: PredictionRequest,
  witness: Witness,
  clocks: Clocks,
): Promise<AnsweredPrediction> {
  const arm = model.armOfVersion(version);
  if (arm === undefined) {
    const loaded = [model.stable, model.canary].flatMap((served) =>
      served === undefined ? [] : [served.upstream.version.version],
    );
    throw new SerinError('version-not-loaded', {
      expected: loaded.length === 0 ? 'a loaded version' : `one of ${loaded.join(', ')}`,
      found: version,
    });
  }
  const attempt = await tryArm(model, arm, request, clocks);
  witness.attempted(attempt);
  if (attempt.answer === undefined) throw failureOf(attempt);
  const { answer } = attempt;
  return { answer, answeredBy: arm, version: attempt.version, fallback: false };
}

async function answerFromStableWhenCanaryFails(
  model: ServedModel,
  request: PredictionRequest,
  witness: Witness,
  clocks: Clocks,
): Promise<AnsweredPrediction> {
  const stable = model.stable;
  let attempt = await tryArm(model, Arm.Stable, request, clocks);
  if (isOfReplaced(attempt, model, stable)) {
    attempt = await tryArm(model, Arm.Stable, request, clocks);
  }
  witness.attempted(attempt);
  if (attempt.answer === undefined) throw failureOf(attempt);
  return answered(attempt, true, request, witness);
}

/**
 * Whether stable failed while another version became stable: that one is asked then, as a promotion
 * costs no user an answer. The first failure is told to nobody, as the arm it belongs to is no more,
 * and the one that is stable now did not fail.
 */
function isOfReplaced(
  { failure }: Attempt,
  model: ServedModel,
  asked: ServedArm | undefined,
): boolean {
  if (failure === undefined || isTheClients(failure)) return false;
  return model.stable !== undefined && model.stable !== asked;
}

/** Under 500 it is the request that is wrong; 503 for overload is the server's, and observed. */
function isTheClients(failure: SerinError): boolean {
  return failure.status < 500;
}

function answered(
  { model, answer, arm, version, startedAtMs }: AnsweredAttempt,
  fallback: boolean,
  { requestId }: PredictionRequest,
  witness: Witness,
): AnsweredPrediction {
  const { prediction } = answer;
  witness.answered(model, { requestId, arm, prediction, startedAtMs });
  return { answer, answeredBy: arm, version, fallback };
}

/** Why an arm did not answer, and which arm and version it was, for the client to see. */
function failureOf({ failure, arm, version }: Attempt): SerinError {
  const { code, words } = failure ?? new SerinError('internal');
  return new SerinError(code, { ...words, fields: { ...words.fields, arm, version } });
}
