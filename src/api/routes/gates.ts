import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import {
  readLoadtestWishes,
  readSmokeWishes,
  readValidateWishes,
} from '../../config/gates/read-wishes.js';
import {
  loadtestWishProblems,
  requireNoProblems,
  validateWishProblems,
} from '../../config/gates/wish-problems.js';
import { SerinError } from '../../domain/errors.js';
import { reportOfLoadTest } from '../../gates/loadtest/report/to-report.js';
import { comparableStable } from '../../gates/on-versions/comparable-stable.js';
import { loadTestVersion } from '../../gates/on-versions/loadtest-version.js';
import { smokeVersion } from '../../gates/on-versions/smoke-version.js';
import { validateVersion } from '../../gates/on-versions/validate-version.js';
import type { RolloutId } from '../../domain/rollout-id.js';
import { formatsOf, type KeptFormat, type KeptReport } from '../../gates/report/kept-report.js';
import { startModelProcess } from '../../serving/start-model-process.js';
import type { ServerContext } from '../context.js';
import {
  LoadtestRequest,
  ReportQuery,
  SmokeRequest,
  ValidateRequest,
  VersionParams,
} from '../contract/gates.js';
import { emptyBodyIsNoWishes } from '../empty-body.js';
import type { HeavyWork } from '../heavy-work.js';
import { RecentReports } from '../recent-reports.js';
import { sendReport } from '../send-report.js';
import { VersionsToTest } from '../versions-to-test.js';

/** Whoever waits for an answer over HTTP does not wait for longer. */
const longestLoadMs = 600_000;

/** Gates on demand, and the reports of those that rollouts ran. */
export function gateRoutes(plain: FastifyInstance, context: ServerContext, work: HeavyWork): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  const { gateReports, settings } = context;
  const reports = new RecentReports();
  const versions = new VersionsToTest(context);

  const send = (reply: FastifyReply, report: KeptReport, format: KeptFormat) =>
    sendReport(reply, report, format, settings.productVersion);

  const answer = (reply: FastifyReply, report: KeptReport, format: KeptFormat) => {
    const id = reports.keep(report);
    if (format !== 'json') return send(reply, report, format);
    const address = (form: KeptFormat) => [form, `/api/v1/reports/${id}?format=${form}`] as const;
    return reply.send({ id, links: Object.fromEntries(formatsOf(report).map(address)), ...report });
  };

  const schema = (summary: string, description: string) => ({
    summary,
    description: `${description} One test runs at a time, and four wait; it ends when its caller goes.`,
    tags: ['gates'],
    params: VersionParams,
    querystring: ReportQuery,
  });

  app.post(
    '/api/v1/models/:model/versions/:version/validate',
    {
      preValidation: emptyBodyIsNoWishes,
      schema: {
        ...schema('Examine a version before it takes any traffic', 'Takes some seconds.'),
        body: ValidateRequest,
      },
    },
    async ({ params, query, body: { against, ...written } }, reply) => {
      requireNoProblems(validateWishProblems(written));
      const candidate = await versions.onnx(params);
      const stable = await versions.against(params, against);
      const report = await work.run(reply, (signal) =>
        validateVersion({
          candidate,
          against: stable?.kind === 'onnx' ? stable : undefined,
          wishes: readValidateWishes(written),
          start: startModelProcess,
          signal,
        }),
      );
      return answer(reply, report, query.format);
    },
  );

  app.post(
    '/api/v1/models/:model/versions/:version/smoke',
    {
      preValidation: emptyBodyIsNoWishes,
      schema: {
        ...schema(
          'Start a version by itself, and predict its golden rows',
          'A version that is a server is asked where it is.',
        ),
        body: SmokeRequest,
      },
    },
    async ({ params, query, body }, reply) => {
      const version = await versions.any(params);
      const { report, log } = await work.run(reply, (signal) =>
        smokeVersion(version, readSmokeWishes(body), settings.runnerMemoryBytes, signal),
      );
      return answer(reply, { ...report, log }, query.format);
    },
  );

  app.post(
    '/api/v1/models/:model/versions/:version/loadtest',
    {
      preValidation: emptyBodyIsNoWishes,
      schema: {
        ...schema(
          'Load a version with predictions, check every answer, and compare it with stable',
          'An ONNX version is loaded in a runner of its own, whether or not it has traffic.',
        ),
        body: LoadtestRequest,
      },
    },
    async ({ params, query, body: { against, ...written } }, reply) => {
      requireNoProblems(loadtestWishProblems(written, longestLoadMs));
      const wishes = readLoadtestWishes(written);
      const version = await versions.any(params);
      const compares = wishes.compare !== false || against !== undefined;
      const stable = compares ? await versions.against(params, against) : undefined;
      const result = await work.run(reply, async (signal) => {
        const found = await loadTestVersion({
          version,
          // What nobody named is compared with where that says something.
          stable: against === undefined ? comparableStable(version, stable) : stable,
          wishes,
          launch: context.launchApart,
          signal,
        });
        signal.throwIfAborted();
        return found;
      });
      return answer(reply, { ...reportOfLoadTest(result), result }, query.format);
    },
  );

  app.get(
    '/api/v1/reports/:id',
    {
      schema: {
        summary: 'The report of a gate that was asked for by API',
        description: 'The newest 100, until the server stops.',
        tags: ['gates'],
        params: Type.Object({ id: Type.String() }),
        querystring: ReportQuery,
      },
    },
    ({ params: { id }, query }, reply) => {
      const kept = reports.of(id);
      if (kept === undefined) throw new SerinError('not-found', { found: 'no report of this id' });
      return send(reply, kept, query.format);
    },
  );

  app.get(
    '/api/v1/rollouts/:id/reports/:gate',
    {
      schema: {
        summary: "The report of one of a rollout's gates",
        tags: ['gates'],
        params: Type.Object({ id: Type.String(), gate: Type.String() }),
        querystring: ReportQuery,
      },
    },
    ({ params: { id, gate }, query }, reply) => {
      const kept = gateReports.read(id as RolloutId).get(gate);
      if (kept === undefined) throw new SerinError('not-found', { found: `no report of ${gate}` });
      // Written by this program, as JSON of a report.
      return send(reply, JSON.parse(kept) as KeptReport, query.format);
    },
  );
}
