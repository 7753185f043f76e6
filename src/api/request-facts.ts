import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { FastifyRequest } from 'fastify';
import { longestRequestId, type RequestId } from '../domain/ids.js';
import type { Protocol } from '../serving/upstream.js';
import type { PredictionRequest } from '../serving/gateway/answer-prediction.js';

const acceptedId = new RegExp(`^[A-Za-z0-9._:/+=-]{1,${longestRequestId}}$`);
const noBody = Buffer.alloc(0);

/** What a request is called in answers and logs: the client's `x-request-id` where it is usable. */
export function requestIdOf(header: string | string[] | undefined): RequestId {
  const given = typeof header === 'string' && acceptedId.test(header) ? header : randomUUID();
  return given as RequestId;
}

/** The request as the gateway takes it. */
export function predictionRequestOf(
  request: FastifyRequest,
  protocol: Protocol,
): PredictionRequest {
  const { headers, url } = request.raw;
  return {
    requestId: request.id as RequestId,
    protocol,
    path: url ?? '/',
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : noBody,
    arrivedAtMs: performance.now(),
  };
}

/** Who a change is attributed to: what the client says, and where it came from. */
export function whoOf(request: FastifyRequest): string {
  const named = request.headers['serin-user'];
  const name = typeof named === 'string' && acceptedId.test(named) ? named : 'api';
  return `${name}@${request.ip}`;
}
