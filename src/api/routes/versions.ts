import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { SerinError, toSerinError } from '../../domain/errors.js';
import { toModelName, type VersionName } from '../../domain/ids.js';
import type { Deployment } from '../../domain/deployment.js';
import type { TensorSpec } from '../../domain/signature.js';
import type { Version } from '../../domain/version.js';
import type { ServerContext } from '../context.js';
import { VersionList, type VersionBody } from '../contract/versions.js';

/** The versions of a model: what could be rolled out, and what is. */
export function versionRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/api/v1/models/:model/versions',
    {
      schema: {
        summary: 'The versions of a model, from the oldest to the newest',
        tags: ['models'],
        params: Type.Object({ model: Type.String() }),
        response: { 200: VersionList },
      },
    },
    async (request) => {
      const model = toModelName(request.params.model);
      const { deployments, versions } = context;
      const deployment = deployments.state(model);
      const listed = (await versions.list()).find((entry) => entry.model === model)?.versions ?? [];
      if (listed.length === 0 && deployment === undefined) {
        throw new SerinError('model-not-found', { found: JSON.stringify(model) });
      }
      const onDisk = await Promise.all(
        listed.map(async (version) => {
          try {
            return bodyOf(await versions.load(model, version), deployment);
          } catch (thrown) {
            return unreadable(version, toSerinError(thrown).message);
          }
        }),
      );
      return { versions: [...onDisk, ...serversOf(deployment)] };
    },
  );
}

function bodyOf(version: Version, deployment: Deployment | undefined): VersionBody {
  const about = { ...unreadable(version.version, null), role: roleOf(version.version, deployment) };
  if (version.kind !== 'onnx') return { ...about, kind: version.kind };
  const { signature, prediction } = version;
  return {
    ...about,
    digest: version.digest,
    size_bytes: version.sizeBytes,
    description: version.description === '' ? null : version.description,
    inputs: signature.inputs.map(tensorBody),
    outputs: signature.outputs.map(tensorBody),
    prediction: { output: prediction.output, kind: prediction.kind },
    opsets: { ...version.opsets },
    producer: version.producer === '' ? null : version.producer,
    metadata: { ...version.metadata },
    golden_rows: version.golden.length,
  };
}

function unreadable(version: VersionName, problem: string | null): VersionBody {
  return {
    version,
    kind: 'onnx',
    role: null,
    digest: null,
    size_bytes: null,
    description: null,
    inputs: [],
    outputs: [],
    prediction: null,
    opsets: {},
    producer: null,
    metadata: {},
    golden_rows: 0,
    problem,
  };
}

/** Versions that an HTTP server answers for lie in no repository. */
function serversOf(deployment: Deployment | undefined): VersionBody[] {
  const refs = [deployment?.stable, deployment?.canary?.version];
  return refs.flatMap((ref) =>
    ref === undefined || ref.kind === 'onnx'
      ? []
      : [
          {
            ...unreadable(ref.version, null),
            kind: ref.kind,
            role: roleOf(ref.version, deployment),
          },
        ],
  );
}

function roleOf(version: VersionName, deployment: Deployment | undefined): VersionBody['role'] {
  if (deployment?.stable.version === version) return 'stable';
  return deployment?.canary?.version.version === version ? 'canary' : null;
}

function tensorBody({ name, datatype, shape }: TensorSpec): VersionBody['inputs'][number] {
  return { name, datatype, shape: [...shape] };
}
