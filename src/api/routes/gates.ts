import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { SerinError } from '../../domain/errors.js';
import { toModelName, toVersionName } from '../../domain/ids.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { formatReport, type ReportFormat } from '../../gates/report/formats.js';
import type { Report } from '../../gates/report/report.js';
import { modelOfVersion } from '../../gates/validate/locate-model.js';
import { Profile } from '../../gates/validate/profile.js';
import { validateModel } from '../../gates/validate/validate-model.js';
import { startModelProcess } from '../../serving/start-model-process.js';
import type { ServerContext } from '../context.js';
import { emptyBodyIsNoWishes } from '../empty-body.js';

const formats = {
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  junit: 'application/xml; charset=utf-8',
  sarif: 'application/sarif+json',
} as const satisfies Record<ReportFormat, string>;

const Format = Type.Object({
  format: Type.Enum(Object.keys(formats) as ReportFormat[], { default: 'json' }),
});

const ValidateRequest = Type.Object(
  {
    against: Type.Optional(
      Type.String({ description: 'A version of the model; what is stable where it is left out.' }),
    ),
    profile: Type.Optional(Type.Enum(Object.values(Profile))),
  },
  { additionalProperties: false },
);

/** Gates on demand, and the reports of those that rollouts ran. */
export function gateRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { versions, deployments, gateReports, settings } = context;
  const tags = ['gates'];

  const send = (reply: FastifyReply, report: Report, format: ReportFormat) =>
    reply.type(formats[format]).send(
      formatReport(report, format, {
        version: settings.productVersion,
        helpPage: `docs/reference/${report.gate}.md`,
        file: report.subject,
        colour: false,
      }),
    );

  app.post(
    '/api/v1/models/:model/versions/:version/validate',
    {
      preValidation: emptyBodyIsNoWishes,
      schema: {
        summary: 'Examine a version before it takes any traffic; the answer takes some seconds',
        tags,
        params: Type.Object({ model: Type.String(), version: Type.String() }),
        querystring: Format,
        body: ValidateRequest,
      },
    },
    async (request, reply) => {
      const model = toModelName(request.params.model);
      const candidate = await versions.load(model, toVersionName(request.params.version));
      const live = deployments.state(model)?.stable;
      const named = request.body.against ?? (live?.kind === 'onnx' ? live.version : undefined);
      const against =
        named === undefined ? undefined : await versions.load(model, toVersionName(named));
      if (candidate.kind !== 'onnx') throw new SerinError('model-invalid');
      const stopped = new AbortController();
      // A client that has gone wants no report.
      reply.raw.on('close', () => stopped.abort());
      const report = await validateModel({
        candidate: modelOfVersion(candidate),
        ...(against?.kind === 'onnx' ? { against: modelOfVersion(against) } : {}),
        profile: request.body.profile,
        start: startModelProcess,
        signal: stopped.signal,
      });
      return send(reply, report, request.query.format);
    },
  );

  app.get(
    '/api/v1/rollouts/:id/reports/:gate',
    {
      schema: {
        summary: "The report of one of a rollout's gates",
        tags,
        params: Type.Object({ id: Type.String(), gate: Type.String() }),
        querystring: Format,
      },
    },
    (request, reply) => {
      const { id, gate } = request.params;
      const kept = gateReports.read(id as RolloutId).get(gate);
      if (kept === undefined) throw new SerinError('not-found', { found: `no report of ${gate}` });
      // Written by this program, as JSON of a report.
      return send(reply, JSON.parse(kept) as Report, request.query.format);
    },
  );
}
