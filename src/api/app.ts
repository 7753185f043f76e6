import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { acceptRawBodies, unpackBodies } from './body.js';
import { compilingWhenAsked } from './compile-when-asked.js';
import type { ServerContext, ServerSettings } from './context.js';
import { replyToUnreadable } from './client-errors.js';
import { replyToUnroutable, replyWithErrors } from './error-replies.js';
import { guardAdmin } from './guard.js';
import { HeavyWork } from './heavy-work.js';
import { openHotLane } from './hot-lane/hot-lane.js';
import { plainPredictions } from './hot-lane/predictions.js';
import { requestIdOf } from './request-facts.js';
import { adminRoutes } from './routes/admin.js';
import { canaryHealthRoutes } from './routes/canary-health.js';
import { compareRoutes } from './routes/compare.js';
import { demoRoutes } from './routes/demo.js';
import { faultRoutes } from './routes/faults.js';
import { feedbackRoutes } from './routes/feedback.js';
import { gateTrialRoutes } from './routes/gate-trials.js';
import { gateRoutes } from './routes/gates.js';
import { healthRoutes } from './routes/health.js';
import { modelRoutes } from './routes/models.js';
import { openInferenceRoutes } from './routes/open-inference.js';
import { pageRoutes } from './routes/page.js';
import { planRoutes } from './routes/plan.js';
import { predictRoutes } from './routes/predict.js';
import { repositoryControlRoutes, repositoryIndexRoute } from './routes/repository.js';
import { rolloutRoutes } from './routes/rollouts.js';
import { schemaRoutes } from './routes/schemas.js';
import { docsRoutes } from './routes/docs.js';
import { shadowRoutes } from './routes/shadow.js';
import { uploadRoutes } from './routes/upload.js';
import { verdictRoutes } from './routes/verdict.js';
import { versionRoutes } from './routes/versions.js';
import { sessionRoutes } from './routes/session.js';
import { Sessions } from './sessions.js';
import { cutOffWhoDoesNotRead } from './unread-answers.js';

/** Which requests one listener answers. */
export interface Planes {
  /** Predictions, health, metrics. */
  readonly data: boolean;
  /** Changes, the models' state, and the page. */
  readonly admin: boolean;
}

/** Until a connection that is idle is closed. */
const keepAliveMs = 75_000;

/** What the page at /swagger-ui may load: what this server has, over whatever reached this server. */
const documentationPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/** One HTTP server with all routes of the planes that it is for. */
export async function buildApp(
  context: ServerContext,
  planes: Planes,
  logger: FastifyBaseLogger,
): Promise<FastifyInstance> {
  const { settings } = context;
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for every request took longer than reading its body; what is logged names its id.
    childLoggerFactory: (parent) => parent,
    bodyLimit: settings.maxBodyBytes,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    clientErrorHandler: (error, socket) =>
      replyToUnreadable(error, socket, settings.receiveTimeoutMs),
    frameworkErrors: replyToUnroutable,
    requestTimeout: settings.receiveTimeoutMs,
    http: { connectionsCheckingInterval: lookEveryMs(settings) },
    connectionTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    routerOptions: { maxParamLength: 200 },
    // Verbose: so that an error can call what it expected by the title of its schema.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, verbose: true } },
    schemaController: { compilersFactory: compilingWhenAsked() },
    // Answers that are under way at close go out; idle connections must not hold the server up.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
  });
  // Node's default of five minutes would let a slow client hold a socket with a header a second.
  app.server.headersTimeout = Math.min(10_000, settings.receiveTimeoutMs);
  cutOffWhoDoesNotRead(app.server, settings.receiveTimeoutMs);
  replyWithErrors(app);
  unpackBodies(app);
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Serin',
        version: settings.productVersion,
        description: 'Serves stable and canary side by side, and compares them.',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
  });
  if (planes.data) {
    await registerDataPlane(app, context);
    openLaneForPredictions(app, context, logger);
  }
  if (planes.admin) await registerAdminPlane(app, context, planes);
  await app.register(swaggerUi, {
    routePrefix: '/swagger-ui',
    staticCSP: documentationPolicy,
    // Its badge would be asked for at another host, with the address of this one.
    uiConfig: { validatorUrl: null },
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}

async function registerDataPlane(app: FastifyInstance, context: ServerContext): Promise<void> {
  healthRoutes(app, context);
  feedbackRoutes(app, context);
  await app.register((raw, _options, done) => {
    acceptRawBodies(raw);
    raw.setValidatorCompiler(() => () => true);
    raw.setSerializerCompiler(() => JSON.stringify);
    predictRoutes(raw, context);
    openInferenceRoutes(raw, context);
    repositoryIndexRoute(raw, context);
    done();
  });
}

/** Most requests are plain predictions, and node:http and Fastify cost them more than the model. */
function openLaneForPredictions(
  app: FastifyInstance,
  context: ServerContext,
  logger: FastifyBaseLogger,
): void {
  const { settings, clocks } = context;
  const lane = openHotLane(app.server, {
    ...plainPredictions(context, logger),
    largestBytes: Math.min(settings.maxBodyBytes, 32 * 1024),
    keepAliveMs,
    patienceMs: lookEveryMs(settings),
    unreadMs: settings.receiveTimeoutMs,
    wallMs: clocks.wallMs,
  });
  app.addHook('preClose', (done) => {
    lane.close();
    done();
  });
}

/** Slow clients are looked for so often; node looks every 30 seconds only, unless it is told. */
function lookEveryMs({ receiveTimeoutMs }: ServerSettings): number {
  return Math.min(1_000, receiveTimeoutMs);
}

async function registerAdminPlane(
  app: FastifyInstance,
  context: ServerContext,
  planes: Planes,
): Promise<void> {
  const { adminToken } = context.settings;
  const sessions = new Sessions(context.clocks.wallMs, context.sessions, adminToken);
  pageRoutes(app);
  schemaRoutes(app);
  docsRoutes(app);
  sessionRoutes(app, sessions, { adminToken, dataPlane: planes.data });
  await app.register(async (admin) => {
    guardAdmin(admin, context.settings, sessions);
    if (adminToken !== undefined) {
      admin.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, security: [{ token: [] }] };
      });
    }
    adminRoutes(admin, context);
    demoRoutes(admin, context, planes.data);
    canaryHealthRoutes(admin, context);
    modelRoutes(admin, context);
    shadowRoutes(admin, context);
    planRoutes(admin);
    verdictRoutes(admin, context);
    rolloutRoutes(admin, context);
    versionRoutes(admin, context);
    const work = new HeavyWork(admin);
    gateRoutes(admin, context, work);
    compareRoutes(admin, context, work);
    gateTrialRoutes(admin, context, work);
    await admin.register((uploads, _options, done) => {
      uploadRoutes(uploads, context, work);
      done();
    });
    await admin.register((raw, _options, done) => {
      acceptRawBodies(raw);
      raw.setValidatorCompiler(() => () => true);
      repositoryControlRoutes(raw, context);
      done();
    });
    await admin.register((faulty, _options, done) => {
      faultRoutes(faulty, context);
      done();
    });
  });
}
