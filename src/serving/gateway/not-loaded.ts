import { SerinError } from '../../domain/errors.js';
import type { ServedModel } from './served-model.js';

/** What is said of a model that nothing answers for now: it was unloaded, or is being replaced. */
export function notLoaded({ name }: ServedModel): SerinError {
  return new SerinError('upstream-unavailable', {
    expected: `a loaded version of ${name}`,
    found: 'none',
    advice: `Load it with POST /v2/repository/models/${name}/load.`,
  });
}
