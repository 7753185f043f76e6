import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SerinError } from '../domain/errors.js';
import type { ErrorCode } from '../domain/error-catalogue.js';
import { errorHeaders } from './error-over-http.js';
import { KnownAddresses } from './known-addresses.js';

/** Fastify's own errors that a client can cause, in the words of our catalogue. */
const translated: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid-json',
  FST_ERR_BAD_URL: 'not-found',
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
  ERR_BUFFER_TOO_LARGE: 'body-too-large',
  Z_DATA_ERROR: 'invalid-request',
  Z_BUF_ERROR: 'invalid-request',
};

/** Every error leaves as `{"error": …, "code": …}`; what is not ours is logged and kept inside. */
export function replyWithErrors(app: FastifyInstance): void {
  app.setErrorHandler((thrown: FastifyError, request, reply) => {
    const error = toUserError(thrown, app.initialConfig.bodyLimit);
    if (error.code === 'internal') {
      request.log.error({ err: thrown, reqId: request.id }, 'internal error');
    }
    return sendError(request, reply, error);
  });
  const addresses = new KnownAddresses(app);
  app.setNotFoundHandler((request, reply) => {
    const found = `${request.method} ${request.url.slice(0, 200)}`;
    const methods = addresses.methodsAt(request.url.split('?')[0] ?? '');
    if (methods.length === 0) {
      return sendError(request, reply, new SerinError('not-found', { found }));
    }
    reply.header('allow', methods.join(', '));
    const expected = methods.join(' or ');
    return sendError(request, reply, new SerinError('method-not-allowed', { expected, found }));
  });
}

/** What Fastify cannot even route: an address with broken escapes, or a name without end. */
export function replyToUnroutable(
  thrown: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  void sendError(request, reply, toUserError(thrown, undefined));
}

function sendError(request: FastifyRequest, reply: FastifyReply, error: SerinError): FastifyReply {
  // R1's scripts read `status` and `message` of the admin endpoints.
  const isAdmin = request.url.startsWith('/admin/');
  const words = isAdmin ? { status: 'error', message: error.message } : {};
  const deploy = request.url.startsWith('/admin/deploy-canary') ? failedDeploy(request.body) : {};
  return reply
    .code(error.status)
    .headers(errorHeaders(error, request.id))
    .send({ ...words, ...deploy, ...error.toBody() });
}

/** The fields of R1's answer that a failed deployment has, too. */
function failedDeploy(body: unknown): object {
  const path = (body as { model_path?: unknown } | null | undefined)?.model_path;
  return { model_path: typeof path === 'string' ? path : null, canary_start_time: null };
}

function toUserError(thrown: unknown, bodyLimit: number | undefined): SerinError {
  if (thrown instanceof SerinError) return thrown;
  if (!(thrown instanceof Error)) return new SerinError('internal', { cause: thrown });
  const error = thrown as FastifyError;
  if (error.validation !== undefined) return invalidRequest(error);
  const code = translated[error.code];
  if (code === 'body-too-large') {
    return new SerinError(code, { expected: `at most ${bodyLimit ?? 0} bytes`, cause: thrown });
  }
  if (code !== undefined) return new SerinError(code, { found: error.message, cause: thrown });
  if (error instanceof SyntaxError && error.statusCode === 400) {
    return new SerinError('invalid-json', { found: error.message, cause: thrown });
  }
  // What serves files refuses paths that leave their folder: to a client there is nothing there.
  if (error.statusCode === 403 || error.statusCode === 404) {
    return new SerinError('not-found', { cause: thrown });
  }
  return new SerinError('internal', { cause: thrown });
}

function invalidRequest(error: FastifyError): SerinError {
  const [problem] = error.validation ?? [];
  const place = `${error.validationContext ?? 'body'}${problem?.instancePath ?? ''}`;
  const extra = problem?.params['additionalProperty'];
  const { title } =
    (problem as { parentSchema?: { title?: string } } | undefined)?.parentSchema ?? {};
  const expected =
    title === undefined || problem?.keyword === 'required'
      ? `${place} ${problem?.message ?? 'of another form'}`
      : `${place} to be ${title}`;
  return new SerinError('invalid-request', {
    expected: extra === undefined ? expected : `${place} without ${JSON.stringify(extra)}`,
    cause: error,
  });
}
