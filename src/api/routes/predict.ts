import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SerinError } from '../../domain/errors.js';
import type { VersionName } from '../../domain/ids.js';
import { answerByVersion, answerPrediction } from '../../serving/gateway/answer-prediction.js';
import { Protocol } from '../../serving/upstream.js';
import { chooseModel } from '../choose-model.js';
import type { ServerContext } from '../context.js';
import { predictSchema } from '../contract/predict.js';
import { predictionRequestOf } from '../request-facts.js';
import { sendPrediction } from '../send-prediction.js';

/** POST /predict, and the same with the model in the address. */
export function predictRoutes(app: FastifyInstance, context: ServerContext): void {
  const schema = { ...predictSchema, tags: ['predict'] };
  app.post('/predict', { schema }, (request, reply) => predict(request, reply, undefined));
  app.post('/models/:model/predict', { schema }, (request, reply) =>
    predict(request, reply, (request.params as { model: string }).model),
  );

  async function predict(
    request: FastifyRequest,
    reply: FastifyReply,
    modelInPath: string | undefined,
  ): Promise<FastifyReply> {
    const { clocks, witness } = context;
    const prediction = predictionRequestOf(request, Protocol.Predict);
    const named = namedInBody(prediction.body);
    const model = chooseModel(context, modelInPath ?? named.model);
    const answered =
      named.version === undefined
        ? await answerPrediction(model, prediction, witness, clocks)
        : await answerByVersion(model, named.version, prediction, witness, clocks);
    return sendPrediction(request, reply, prediction, answered);
  }
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
