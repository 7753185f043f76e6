import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import type { RolloutId } from '../../domain/rollout-id.js';
import { toPercent } from '../../domain/share.js';
import type { ServerContext } from '../context.js';
import { ActionRequest, RolloutParams } from '../contract/rollout-requests.js';
import { RolloutBody, type ActionName } from '../contract/rollouts.js';
import { emptyBodyIsNoWishes } from '../empty-body.js';
import { whoOf } from '../request-facts.js';
import { toRequest } from '../rollouts/body.js';
import type { RolloutView } from '../rollouts/view.js';

const tags = ['rollouts'];
const params = RolloutParams;

const actions: readonly (readonly [ActionName, string])[] = [
  ['pause', 'Wait at the weight that the canary has'],
  ['resume', 'Go on'],
  ['advance', 'Skip the rest of the step'],
  ['weight', 'Set the weight, and wait there'],
  ['promote', 'Make the canary stable now'],
  ['rollback', 'Take the canary back; after promotion, go back to the version before'],
  ['abort', 'End it without saying that the canary is bad'],
  ['retry', 'Start again from the beginning'],
];

/** What a person can ask of a rollout; each is recorded with who and why. */
export function rolloutActions(
  plain: FastifyInstance,
  context: ServerContext,
  view: RolloutView,
): void {
  const app = plain.withTypeProvider<TypeBoxTypeProvider>();
  for (const [name, summary] of actions) {
    app.post(
      `/api/v1/rollouts/:id/${name}`,
      {
        preValidation: emptyBodyIsNoWishes,
        schema: { summary, tags, params, body: ActionRequest, response: { 200: RolloutBody } },
      },
      async (request) => {
        const id = request.params.id as RolloutId;
        const { why = name, weight, from_step: fromStep } = request.body;
        const given = {
          by: whoOf(request),
          why,
          weight: toPercent(name === 'weight' ? (weight ?? NaN) : 0),
          ...(fromStep === undefined ? {} : { fromStep }),
        };
        await context.rollouts.request(id, toRequest(name, given));
        return view.body(id);
      },
    );
  }
}
