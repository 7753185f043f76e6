import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { parseSerinYaml } from '../../config/parse-serin-yaml.js';
import { toSerinError } from '../../domain/errors.js';
import { tryGates } from '../../gates/trial/gate-trials.js';
import type { ServerContext } from '../context.js';
import { TryGatesRequest, type TrialProblem, type TriedGateBody } from '../contract/gate-trial.js';
import type { HeavyWork } from '../heavy-work.js';
import { reportBody } from '../report-body.js';

/** The gates of a rollout file, tried before anything is started. */
export function gateTrialRoutes(
  plain: FastifyInstance,
  { gatesToTry }: ServerContext,
  work: HeavyWork,
): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    '/api/v1/rollouts/try-gates',
    {
      schema: {
        summary: 'Try the gates of a rollout file before it is started',
        description:
          'Answers as they go on, one JSON object a line: a gate by its number, whenever something ' +
          'of it changes. Nothing is started, and no traffic is moved; whoever goes ends it.',
        tags: ['gates'],
        body: TryGatesRequest,
        produces: ['application/x-ndjson'],
      },
    },
    async (request, reply) => {
      const { yaml, file = 'serin.yaml' } = request.body;
      const strategy = parseSerinYaml(yaml, file);
      await work.run(reply, async (signal) => {
        reply.hijack();
        const { raw } = reply;
        raw.on('error', () => raw.destroy());
        raw.writeHead(200, {
          'content-type': 'application/x-ndjson',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
          'x-request-id': request.id,
        });
        const send = (line: TriedGateBody | TrialProblem): void => {
          if (!raw.writableEnded && !raw.destroyed) raw.write(`${JSON.stringify(line)}\n`);
        };
        try {
          await tryGates(
            strategy,
            gatesToTry,
            (index, { report, ...tried }) =>
              send({ index, ...tried, report: report === undefined ? null : reportBody(report) }),
            signal,
          );
        } catch (thrown) {
          // The answer has begun: its last line says why there is no more.
          send({ problem: toSerinError(thrown).message });
        } finally {
          raw.end();
        }
      });
    },
  );
}
