import type { FastifyBaseLogger } from 'fastify';
import { toSerinError } from '../../domain/errors.js';
import type { RequestId } from '../../domain/ids.js';
import type { PredictionRequest } from '../../serving/gateway/answer-prediction.js';
import type { ServedModel } from '../../serving/gateway/served-model.js';
import { answerRequest, whoIsAsked, type Asked } from '../answer-request.js';
import type { ServerContext } from '../context.js';
import { errorOverHttp } from '../error-over-http.js';
import type { HttpAnswer } from '../http-answer.js';
import { predictionOverHttp } from '../prediction-over-http.js';
import { requestIdOf } from '../request-facts.js';
import type { PlainRequest } from './connection.js';
import type { HotLaneSettings } from './hot-lane.js';

/**
 * What answers plain requests: the same that answers all others. Undefined where an arm is an HTTP
 * server: its answers may have any status and headers, and node:http knows what becomes of those.
 */
export function plainPredictions(
  context: ServerContext,
  logger: FastifyBaseLogger,
): Pick<HotLaneSettings, 'answer' | 'unwritable'> {
  return { answer, unwritable: (thrown) => failed(thrown, requestIdOf(undefined)) };

  function answer({ head, body, arrivedAtMs }: PlainRequest): Promise<HttpAnswer> | undefined {
    const { address, path, headers } = head;
    const requestId = requestIdOf(headers['x-request-id']);
    const { protocol } = address;
    const request = { requestId, protocol, path, headers, body, arrivedAtMs };
    let asked: Asked;
    try {
      asked = whoIsAsked(context, address, body);
    } catch (thrown) {
      return Promise.resolve(failed(thrown, requestId));
    }
    return isServedHere(asked.model) ? answered(asked, request) : undefined;
  }

  async function answered(asked: Asked, request: PredictionRequest): Promise<HttpAnswer> {
    try {
      return await predictionOverHttp(await answerRequest(context, asked, request), request);
    } catch (thrown) {
      return failed(thrown, request.requestId);
    }
  }

  function failed(thrown: unknown, requestId: RequestId): HttpAnswer {
    const error = toSerinError(thrown);
    if (error.code === 'internal')
      logger.error({ err: thrown, reqId: requestId }, 'internal error');
    return errorOverHttp(error, requestId);
  }
}

function isServedHere({ stable, canary }: ServedModel): boolean {
  return stable?.upstream.address === undefined && canary?.upstream.address === undefined;
}
