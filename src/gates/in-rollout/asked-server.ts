import { SerinError } from '../../domain/errors.js';
import type { HttpVersion } from '../../domain/version.js';
import type { GateAnswer } from '../../rollout/ports.js';
import { takesPredictions } from '../loadtest/inputs/address.js';
import type { ReachableVersion } from '../on-versions/reachable-version.js';

/**
 * Where a server is asked for predictions: where its address says, or at /predict.
 * @throws SerinError `inputs-missing` for a path of which nothing says what it takes
 */
export function predictionUrl({ url }: HttpVersion): string {
  const { pathname, origin } = new URL(url);
  if (pathname === '/') return `${origin}/predict`;
  if (takesPredictions(pathname)) return url;
  throw new SerinError('inputs-missing', {
    expected: 'an address that takes predictions, ending in /predict or /infer',
    found: pathname,
  });
}

/**
 * What a server is sent: what was wished, or what it was warmed up with. A server need not say what
 * it takes (`/v2`); without either, it is asked whether it does.
 * @returns undefined for a file, whose golden rows are known
 */
export function itemsFor(
  version: ReachableVersion,
  wished: readonly unknown[] | undefined,
): readonly unknown[] | undefined {
  if (version.kind === 'onnx') return undefined;
  return wished ?? (version.warmUp === undefined ? undefined : [{ body: version.warmUp }]);
}

/** What cannot be tested has not passed: a gate that nobody can carry out is not tried for ever. */
export async function failedWhereNothingToSend(
  gate: 'smoke' | 'loadtest',
  act: () => Promise<GateAnswer>,
): Promise<GateAnswer> {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof SerinError && untestable.has(thrown.code)) {
      return { passed: false, reason: `${gate} has nothing to send: ${thrown.message}` };
    }
    throw thrown;
  }
}

const untestable: ReadonlySet<string> = new Set(['inputs-missing', 'inputs-invalid', 'usage']);
