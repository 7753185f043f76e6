import type { SerinError } from '../domain/errors.js';
import type { HttpAnswer } from './http-answer.js';

/** An error as the answer to a request for a prediction. */
export function errorOverHttp(error: SerinError, requestId: string): HttpAnswer {
  return {
    status: error.status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    added: errorHeaders(error, requestId),
    body: JSON.stringify(error.toBody()),
  };
}

/** What the headers of any error's answer say. */
export function errorHeaders(error: SerinError, requestId: string): Record<string, string> {
  const { arm, version } = error.words.fields ?? {};
  const isOfArm = typeof arm === 'string' && typeof version === 'string';
  return {
    'x-request-id': requestId,
    // What is left of a refused body must not be read as the next request.
    ...(error.status === 413 ? { connection: 'close' } : {}),
    ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    ...(isOfArm ? { 'serin-arm': arm, 'serin-version': version } : {}),
    ...(error.retriable && error.status === 503 ? { 'retry-after': '1' } : {}),
  };
}
