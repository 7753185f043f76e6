import type { FastifyInstance } from 'fastify';
import { arms } from '../../domain/arm.js';
import { SerinError } from '../../domain/errors.js';
import { toModelName, type ModelName, type VersionName } from '../../domain/ids.js';
import { parametersOf } from '../../serving/protocols/open-inference/parameters.js';
import { parseJsonObject } from '../../serving/protocols/json/json-body.js';
import type { ServerContext } from '../context.js';
import { loadSchema, repositoryIndexSchema, unloadSchema } from '../contract/open-inference.js';
import { whoOf } from '../request-facts.js';

const tags = ['models'];

interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'UNAVAILABLE';
  readonly reason: string;
}

/** The model repository extension: what there is is for everyone, loading is for admins. */
export function repositoryIndexRoute(app: FastifyInstance, context: ServerContext): void {
  const schema = { ...repositoryIndexSchema, tags };
  app.post('/v2/repository/index', { schema }, async (request) => {
    const wanted = readOnly(request.body);
    const entries: IndexEntry[] = [];
    for (const { model, version } of await knownVersions(context)) {
      const served = context.deployments.models().find(({ name }) => name === model);
      const problem = context.deployments.failures().get(model)?.message;
      const arm = served?.armOfVersion(version);
      const ready = arm !== undefined && served?.arm(arm)?.upstream.isReady() === true;
      const reason = ready ? '' : (problem ?? (arm === undefined ? 'not loaded' : 'not ready'));
      const state = ready ? 'READY' : 'UNAVAILABLE';
      if (ready || !wanted) entries.push({ name: model, version, state, reason });
    }
    return entries;
  });
}

interface KnownVersion {
  readonly model: ModelName;
  readonly version: VersionName;
}

/** Every version on the disk, and those that are served from elsewhere: by HTTP servers. */
async function knownVersions({ versions, deployments }: ServerContext): Promise<KnownVersion[]> {
  const known: KnownVersion[] = (await versions.list()).flatMap(({ model, versions: all }) =>
    all.map((version) => ({ model, version })),
  );
  for (const served of deployments.models()) {
    for (const arm of arms) {
      const version = served.arm(arm)?.upstream.version.version;
      const isKnown = known.some((one) => one.model === served.name && one.version === version);
      if (version !== undefined && !isKnown) known.push({ model: served.name, version });
    }
  }
  return known;
}

export function repositoryControlRoutes(app: FastifyInstance, context: ServerContext): void {
  const nameOf = (params: unknown) => toModelName((params as { model: string }).model);

  const loading = { schema: { ...loadSchema, tags } };
  app.post('/v2/repository/models/:model/load', loading, async (request, reply) => {
    refuseReplacements(request.body);
    const asked = { who: whoOf(request), why: 'repository API' };
    await context.deployments.stables.load(nameOf(request.params), asked);
    return reply.send();
  });
  const unloading = { schema: { ...unloadSchema, tags } };
  app.post('/v2/repository/models/:model/unload', unloading, async (request, reply) => {
    const asked = { who: whoOf(request), why: 'repository API' };
    await context.deployments.stables.unload(nameOf(request.params), asked);
    return reply.send();
  });
}

/** `{"ready": true}` asks for loaded versions only; an empty body asks for all. */
function readOnly(body: unknown): boolean {
  if (!Buffer.isBuffer(body) || body.length === 0) return false;
  return parseJsonObject(body)['ready'] === true;
}

/** A configuration, or files, that came with the request would make another version of what there is. */
function refuseReplacements(body: unknown): void {
  if (!Buffer.isBuffer(body) || body.length === 0) return;
  const [name] = Object.keys(parametersOf(parseJsonObject(body), 'the request'));
  if (name === undefined) return;
  throw new SerinError('unsupported-extension', {
    expected: 'no parameters: a model is loaded as it lies in the repository',
    found: `the parameter ${name}`,
  });
}
