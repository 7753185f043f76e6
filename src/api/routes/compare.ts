import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { SerinError } from '../../domain/errors.js';
import { toModelName, toVersionName, type ModelName } from '../../domain/ids.js';
import type { OnnxVersion } from '../../domain/version.js';
import { offlineDifferences } from '../../gates/differences/offline-differences.js';
import { modelOfVersion } from '../../gates/validate/locate-model.js';
import { startModelProcess } from '../../serving/start-model-process.js';
import type { ServerContext } from '../context.js';
import { DifferencesBody, DifferencesRequest } from '../contract/differences.js';
import { VersionReports } from '../contract/report.js';
import { differencesBody } from '../differences-body.js';
import { emptyBodyIsNoWishes } from '../empty-body.js';
import type { HeavyWork } from '../heavy-work.js';
import { ReportsOfVersions } from '../reports-of-versions.js';

/** What is known of a version beside another, before any traffic. */
export function compareRoutes(
  plain: FastifyInstance,
  context: ServerContext,
  work: HeavyWork,
): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const reports = new ReportsOfVersions(context);
  const tags = ['models'];
  const params = Type.Object({ model: Type.String(), version: Type.String() });
  app.get(
    '/api/v1/models/:model/versions/:version/reports',
    {
      schema: {
        summary: "The newest reports of the gates of a version's rollouts",
        tags,
        params,
        response: { 200: VersionReports },
      },
    },
    async ({ params: { model, version } }) => ({
      reports: await reports.of(toModelName(model), toVersionName(version)),
    }),
  );
  app.post(
    '/api/v1/models/:model/versions/:version/differences',
    {
      preValidation: emptyBodyIsNoWishes,
      schema: {
        summary: 'Where a version predicts otherwise than another, on the same rows',
        description:
          'Golden, recorded and made-up rows, each version in a process of its own; takes seconds.',
        tags,
        params,
        body: DifferencesRequest,
        response: { 200: DifferencesBody },
      },
    },
    async (request, reply) => {
      const model = toModelName(request.params.model);
      const { against = stableOf(context, model) } = request.body;
      const canary = await onnxVersion(context, model, request.params.version);
      const stable = await onnxVersion(context, model, against);
      const found = await work.run(reply, (signal) =>
        offlineDifferences({
          stable: modelOfVersion(stable),
          canary: modelOfVersion(canary),
          start: startModelProcess,
          signal,
        }),
      );
      return differencesBody({ stable: stable.version, canary: canary.version }, found);
    },
  );
}

function stableOf({ deployments }: ServerContext, model: ModelName): string {
  const stable = deployments.state(model)?.stable;
  if (stable !== undefined) return stable.version;
  throw new SerinError('version-not-found', {
    expected: '"against", the version to compare with',
    found: 'none, and no stable version',
  });
}

async function onnxVersion(
  { versions }: ServerContext,
  model: ModelName,
  named: string,
): Promise<OnnxVersion> {
  const version = await versions.load(model, toVersionName(named));
  if (version.kind === 'onnx') return version;
  throw new SerinError('model-invalid', { expected: 'an ONNX file', found: `a ${version.kind}` });
}
