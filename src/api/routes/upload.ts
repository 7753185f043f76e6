import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import path from 'node:path';
import { Type } from 'typebox';
import { SerinError, toSerinError } from '../../domain/errors.js';
import { toModelName, toVersionName, type ModelName, type VersionName } from '../../domain/ids.js';
import type { OnnxVersion } from '../../domain/version.js';
import type { Report } from '../../gates/report/report.js';
import { modelOfVersion } from '../../gates/validate/locate-model.js';
import { Profile } from '../../gates/validate/profile.js';
import { validateModel } from '../../gates/validate/validate-model.js';
import { receiveVersion, type IncomingVersion } from '../../models/incoming-version.js';
import { startModelProcess } from '../../serving/start-model-process.js';
import type { ServerContext } from '../context.js';
import type { HeavyWork } from '../heavy-work.js';

const Uploaded = Type.Object({
  model: Type.String(),
  version: Type.String(),
  digest: Type.String(),
  report: Type.Unknown({
    description: 'Of `validate`; null for a version that was there already.',
  }),
});

/** Versions that come by the API: validated first, and only then a version. */
export function uploadRoutes(
  plain: FastifyInstance,
  context: ServerContext,
  work: HeavyWork,
): void {
  const { versions, settings } = context;
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.removeAllContentTypeParsers();
  // The file goes to the disk as it comes; its limit is one of its own.
  app.addContentTypeParser('*', (_request, body, done) => done(null, body));
  app.put(
    '/api/v1/models/:model/versions/:version',
    {
      schema: {
        summary: 'Upload an ONNX file as a new version; it is kept if it passes validation',
        tags: ['models'],
        params: Type.Object({ model: Type.String(), version: Type.String() }),
        querystring: Type.Object({ profile: Type.Optional(Type.Enum(Object.values(Profile))) }),
        response: { 200: Uploaded, 201: Uploaded },
      },
    },
    async (request, reply) => {
      const model = toModelName(request.params.model);
      const version = toVersionName(request.params.version);
      const [root = '.'] = settings.modelRoots;
      const incoming = await receiveVersion(
        path.resolve(root),
        { model, version },
        requireBody(request.body),
        settings.maxModelBytes,
      );
      try {
        const { digest } = incoming;
        const known = await knownVersion(context, model, version);
        if (known !== undefined) {
          if (known.digest === digest) return { model, version, digest, report: null };
          throw new SerinError('version-exists', {
            expected: `${model}/${version} to be free, or to have digest ${known.digest}`,
            found: digest,
          });
        }
        const against = await stableOf(context, model);
        // A client that has gone wants no version: that ends it.
        const report = await work.run(reply, (signal) =>
          validateModel({
            candidate: {
              file: incoming.file,
              shownAs: `${model}/${version}`,
              versionFolder: path.dirname(incoming.file),
              modelFolder: path.join(path.resolve(root), model),
            },
            against,
            profile: request.query.profile,
            start: startModelProcess,
            signal,
          }),
        );
        await keepIfPassed(incoming, report);
        await versions.load(model, version);
        return await reply.code(201).send({ model, version, digest, report });
      } finally {
        await incoming.discard();
      }
    },
  );
}

async function keepIfPassed(incoming: IncomingVersion, report: Report): Promise<void> {
  if (report.passed) {
    await incoming.keep();
    return;
  }
  const failed = report.checks.flatMap(({ findings }) => findings);
  const titles = failed.filter(({ severity }) => severity === 'error').map(({ title }) => title);
  throw new SerinError('version-not-valid', {
    expected: 'a model without errors',
    found: titles.join('; '),
    fields: { report },
  });
}

async function knownVersion(
  { versions }: ServerContext,
  model: ModelName,
  version: VersionName,
): Promise<OnnxVersion | undefined> {
  try {
    const known = await versions.load(model, version);
    return known.kind === 'onnx' ? known : undefined;
  } catch (thrown) {
    const { code } = toSerinError(thrown);
    if (code === 'model-not-found' || code === 'version-not-found') return undefined;
    throw thrown;
  }
}

async function stableOf({ deployments, versions }: ServerContext, model: ModelName) {
  const live = deployments.state(model)?.stable;
  if (live?.kind !== 'onnx') return undefined;
  const stable = await versions.load(model, live.version);
  return stable.kind === 'onnx' ? modelOfVersion(stable) : undefined;
}

function requireBody(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new SerinError('invalid-request', { expected: 'an ONNX file as the body', found: 'none' });
}
