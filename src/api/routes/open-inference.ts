import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { arms } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import type { VersionName } from '../../domain/ids.js';
import type { Version } from '../../domain/version.js';
import { notLoaded } from '../../serving/gateway/not-loaded.js';
import type { ServedModel } from '../../serving/gateway/served-model.js';
import { modelMetadata, serverMetadata } from '../../serving/protocols/open-inference/metadata.js';
import { modelConfig } from '../../serving/protocols/open-inference/model-config.js';
import { Protocol } from '../../serving/upstream.js';
import type { ServerContext } from '../context.js';
import { inferSchema } from '../contract/open-inference.js';
import { inferenceStatistics } from '../inference-statistics.js';
import { isReadyToServe } from '../readiness.js';
import { replyWithPrediction } from '../reply-with-prediction.js';

interface ModelParams {
  readonly model: string;
  readonly version?: VersionName;
}

/** The Open Inference Protocol v2 over REST, but for the repository extension. */
export function openInferenceRoutes(app: FastifyInstance, context: ServerContext): void {
  const { deployments, witness, settings } = context;
  const tags = ['open inference'];
  const schema = (summary: string) => ({ schema: { summary, tags } });

  app.get('/v2', schema('Server metadata'), () => serverMetadata(settings.productVersion));
  app.get('/v2/health/live', schema('Whether the server runs'), (_request, reply) => reply.send());
  app.get('/v2/health/ready', schema('Whether every model is ready'), (_request, reply) =>
    emptyWhen(reply, isReadyToServe(context)),
  );
  app.get('/v2/models/stats', schema('Statistics of all models'), async () => ({
    model_stats: (
      await Promise.all(deployments.models().map((model) => statisticsOf(model, undefined)))
    ).flat(),
  }));

  for (const path of ['/v2/models/:model', '/v2/models/:model/versions/:version']) {
    app.get(path, schema('Model metadata'), (request) => {
      const { served, version } = describedBy(request);
      return modelMetadata(version, versionsOf(served));
    });
    app.get(`${path}/config`, schema('How the model is run'), (request) =>
      modelConfig(describedBy(request).version),
    );
    app.get(`${path}/ready`, schema('Whether the model is ready'), (request, reply) => {
      const { model, version } = paramsOf(request);
      const served = deployments.model(model);
      const arm = version === undefined ? served.stable : versionOf(served, version);
      return emptyWhen(reply, arm?.upstream.isReady() === true);
    });
    app.get(`${path}/stats`, schema('Statistics of a model'), async (request) => {
      const { model, version } = paramsOf(request);
      return { model_stats: await statisticsOf(deployments.model(model), version) };
    });
    app.post(`${path}/infer`, { schema: { ...inferSchema, tags } }, infer);
  }

  function describedBy(request: FastifyRequest): { served: ServedModel; version: Version } {
    const { model, version: named } = paramsOf(request);
    const served = deployments.model(model);
    const version = (versionOf(served, named) ?? served.stable)?.upstream.version;
    if (version === undefined) throw notLoaded(served);
    return { served, version };
  }

  function infer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { model, version } = paramsOf(request);
    const address = { protocol: Protocol.OpenInference, model, version };
    return replyWithPrediction(context, address, request, reply);
  }

  async function statisticsOf(
    model: ServedModel,
    version: VersionName | undefined,
  ): Promise<object[]> {
    // A version that is loaded and was not asked yet has statistics, too: zeros.
    for (const arm of arms) {
      const loaded = model.arm(arm)?.upstream.version.version;
      if (loaded !== undefined) witness.statistics.of(model.name, loaded, arm);
    }
    const pages = witness.statistics
      .ofModel(model.name)
      .filter((page) => version === undefined || page.version === version);
    if (pages.length === 0) versionOf(model, version);
    return Promise.all(pages.map((page) => inferenceStatistics(page, model)));
  }
}

function paramsOf(request: FastifyRequest): ModelParams {
  return request.params as ModelParams;
}

function versionOf(model: ServedModel, version: VersionName | undefined) {
  if (version === undefined) return undefined;
  const arm = model.armOfVersion(version);
  if (arm !== undefined) return model.arm(arm);
  throw new SerinError('version-not-loaded', {
    expected: `one of ${versionsOf(model).join(', ')}`,
    found: version,
  });
}

function versionsOf(model: ServedModel): VersionName[] {
  return [model.stable, model.canary].flatMap((arm) =>
    arm === undefined ? [] : [arm.upstream.version.version],
  );
}

/** Clients of the protocol read readiness from the status of an empty answer. */
function emptyWhen(reply: FastifyReply, ready: boolean): FastifyReply {
  return reply.code(ready ? 200 : 503).send();
}
