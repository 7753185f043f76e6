import { SerinError } from '../domain/errors.js';
import type { VersionName } from '../domain/ids.js';
import {
  answerByVersion,
  answerPrediction,
  type AnsweredPrediction,
  type PredictionRequest,
} from '../serving/gateway/answer-prediction.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import { Protocol } from '../serving/upstream.js';
import { chooseModel } from './choose-model.js';
import type { ServerContext } from './context.js';

/** What the address of a request for a prediction says. */
export interface PredictionAddress {
  readonly protocol: Protocol;
  readonly model: string | undefined;
  readonly version: VersionName | undefined;
}

/** Who is asked for a prediction; without a version, the arm that the split draws. */
export interface Asked {
  readonly model: ServedModel;
  readonly version: VersionName | undefined;
}

/**
 * Finds out who a request asks, by its address and, for `/predict`, its body.
 * @throws SerinError `model-not-found`, `model-required`, `invalid-request`
 */
export function whoIsAsked(
  context: ServerContext,
  { protocol, model, version }: PredictionAddress,
  body: Buffer,
): Asked {
  if (protocol === Protocol.OpenInference) return { model: chooseModel(context, model), version };
  const named = namedInBody(body);
  return { model: chooseModel(context, model ?? named.model), version: named.version };
}

/**
 * Has them answer.
 * @throws SerinError the client's mistake, or why they did not answer
 */
export function answerRequest(
  { witness, clocks }: ServerContext,
  { model, version }: Asked,
  request: PredictionRequest,
): Promise<AnsweredPrediction> {
  return version === undefined
    ? answerPrediction(model, request, witness, clocks)
    : answerByVersion(model, version, request, witness, clocks);
}

interface Named {
  readonly model?: string;
  readonly version?: VersionName;
}

const nothingNamed: Named = {};

/**
 * The model and version that the body names. Most bodies name none, so the body is read here only
 * when the words are in it.
 */
function namedInBody(body: Buffer): Named {
  if (!body.includes('"model"') && !body.includes('"version"')) return nothingNamed;
  const parsed = parsedOrUndefined(body);
  if (typeof parsed !== 'object' || parsed === null) return nothingNamed;
  const { model, version } = parsed as { model?: unknown; version?: unknown };
  return {
    ...(model === undefined ? {} : { model: stringOf('model', model) }),
    ...(version === undefined ? {} : { version: stringOf('version', version) as VersionName }),
  };
}

function parsedOrUndefined(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    // The codec reads the body again and says what is wrong with it.
    return undefined;
  }
}

function stringOf(field: string, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new SerinError('invalid-request', { expected: `"${field}" to be a string` });
}
