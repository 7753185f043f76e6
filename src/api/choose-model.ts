import { SerinError } from '../domain/errors.js';
import type { ServedModel } from '../serving/gateway/served-model.js';
import type { ServerContext } from './context.js';

/**
 * The model that a request means: the one it names, the only one, or the default one.
 * @throws SerinError `model-not-found`, `model-required`
 */
export function chooseModel(context: ServerContext, named: string | undefined): ServedModel {
  const { deployments, settings } = context;
  if (named !== undefined) return deployments.model(named);
  const [only, ...others] = deployments.models();
  if (only !== undefined && others.length === 0) return only;
  if (settings.defaultModel !== undefined) return deployments.model(settings.defaultModel);
  throw new SerinError(only === undefined ? 'model-not-found' : 'model-required', {
    expected:
      only === undefined
        ? 'a model that is served'
        : `one of ${[only, ...others].map(({ name }) => name).join(', ')}`,
    found: 'no name',
  });
}
