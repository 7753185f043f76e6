import { SerinError } from '../../src/domain/errors.js';

/** The error that a call ends with; fails the test when it ends well or with another kind. */
export function serinErrorOf(run: () => unknown): SerinError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof SerinError) return thrown;
    throw thrown;
  }
  throw new Error('expected a SerinError, but the call succeeded');
}
