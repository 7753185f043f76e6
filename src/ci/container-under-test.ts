import { SerinError } from '../domain/errors.js';
import type { StageContext } from './stage.js';
import type { StageResults } from './state/state.js';

/**
 * The container that `launch` left for the tests: running, or ended by itself.
 * @throws SerinError `ci-stage-missing` where it is gone, as after a test or on another machine
 */
export async function containerUnderTest({
  ports,
  resultOf,
}: StageContext): Promise<StageResults['launch']> {
  const launched = await resultOf('launch');
  const engine = await ports.engine();
  if ((await engine.look(launched.container)) !== undefined) return launched;
  throw new SerinError('ci-stage-missing', {
    expected: `the container ${launched.container} of the stage launch`,
    found: 'that it is gone',
    advice: 'Run it first: serin ci launch; or the whole of `serin ci`.',
  });
}
