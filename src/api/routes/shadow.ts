import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Disagreement } from '../../observing/disagreements.js';
import { ShadowCounts } from '../../observing/shadow-counts.js';
import type { ServerContext } from '../context.js';
import { ShadowBody } from '../contract/shadow.js';
import { pairedBody } from '../paired-body.js';

/** What the canary answered to copies of requests, for a person to look at. */
export function shadowRoutes(plain: FastifyInstance, context: ServerContext): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  app.get(
    '/api/v1/models/:model/shadow',
    {
      schema: {
        summary: 'What became of copies, and examples of answers that differ',
        tags: ['models'],
        params: Type.Object({ model: Type.String() }),
        response: { 200: ShadowBody },
      },
    },
    (request): ShadowBody => {
      const { name, shadow } = context.deployments.model(request.params.model);
      const { shadows, disagreements } = context.witness;
      const { agreed, disagreed, incomparable, failed, shed, differences } =
        shadows.get(name) ?? new ShadowCounts();
      return {
        model: name,
        percent: shadow?.percent ?? null,
        in_flight: shadow?.inFlight ?? 0,
        copies: { agreed, disagreed, incomparable, failed },
        paired: pairedBody(differences),
        shed: { ...shed },
        keeps_payloads: disagreements.keepsPayloads,
        disagreements: disagreements.of(name).map(bodyOf),
      };
    },
  );
}

function bodyOf(example: Disagreement): ShadowBody['disagreements'][number] {
  const { requestId, atMs, versions, difference, payload } = example;
  return {
    request_id: requestId,
    at: new Date(atMs).toISOString(),
    stable_version: versions.stable,
    canary_version: versions.canary,
    difference: difference === undefined ? null : { ...difference },
    payload: payload === undefined ? null : { ...payload },
  };
}
