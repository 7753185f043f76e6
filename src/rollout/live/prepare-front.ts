import { SerinError } from '../../domain/errors.js';
import type { Front } from '../../traffic/front.js';
import type { Asked } from '../deployment-book.js';
import type { Deployments } from '../deployments.js';
import { whatRouterCannotDo } from '../strategy/fits-router.js';
import { RouterKind, type Strategy } from '../strategy/strategy.js';
import type { Fronts } from './fronts.js';

/**
 * What cannot be done about the router that a strategy asks for; before anything is done.
 * @throws SerinError `strategy-not-possible`
 */
export function refuseRouter(strategy: Strategy, deployments: Deployments): void {
  const { router, model, nginx, checks, steps } = strategy;
  switch (router) {
    case RouterKind.GatewayApi:
      throw refused('router: in-process or nginx', `router: ${router}`);
    case RouterKind.InProcess:
      if (deployments.state(model)?.front === undefined) return;
      throw refused(
        `router: nginx, as ${model} is behind an NGINX; that ends when the model is unloaded (POST /v2/repository/models/${model}/unload, then …/load)`,
        'router: in-process',
      );
    case RouterKind.Nginx: {
      if (nginx === undefined) throw refused('nginx: { listen: port } in traffic', 'none');
      const { agreement } = checks;
      const isDemanded = agreement !== 'off' && agreement.min !== undefined;
      if (isDemanded && steps.some(({ kind }) => kind === 'shadow')) {
        throw refused(
          'no least agreement, as nobody compares the answers to what NGINX copies',
          `agreement: { min: ${100 * (agreement.min ?? 0)}% }`,
        );
      }
    }
  }
}

/**
 * Has the NGINX of a strategy in force, with stable behind it; nothing for other routers.
 * @throws SerinError `strategy-not-possible` when this NGINX cannot do what the strategy asks for;
 *   as `Deployments.putFront`
 */
export async function prepareFront(
  strategy: Strategy,
  deployments: Deployments,
  fronts: Fronts,
  asked: Asked,
): Promise<void> {
  const { model, nginx } = strategy;
  if (nginx === undefined) return;
  // Of one that serves it is known: its users must not meet the settings of what is refused.
  const known = fronts.of(model);
  if (known !== undefined) refuseWhatItCannot(strategy, known);
  await deployments.putFront(model, nginx, asked);
  refuseWhatItCannot(strategy, fronts.require(model));
}

function refuseWhatItCannot(strategy: Strategy, { router }: Front): void {
  const problems = whatRouterCannotDo(strategy, router.capabilities);
  if (problems.length === 0) return;
  throw new SerinError('strategy-not-possible', {
    expected: 'what this NGINX can do',
    found: problems.join('; '),
    fields: { problems },
  });
}

function refused(expected: string, found: string): SerinError {
  return new SerinError('strategy-not-possible', { expected, found });
}
