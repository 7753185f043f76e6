import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import type { HttpVersion } from '../../domain/version.js';
import type { GateAnswer } from '../../rollout/ports.js';
import type { LoadtestWishes, SmokeWishes } from '../../rollout/strategy/gate-wishes.js';
import { takesPredictions } from '../loadtest/inputs/address.js';
import type { InputSource } from '../loadtest/inputs/gather-cases.js';
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
 * What a version is sent: of a file, its golden rows, which are known. Of a server, what was wished,
 * or what it was warmed up with. A server need not say what it takes (`/v2`); without either, it is
 * asked whether it does, and which of its models is meant.
 */
export function inputsOf(
  version: ReachableVersion,
  { inputs, model }: Pick<LoadtestWishes & SmokeWishes, 'inputs' | 'model'>,
): Omit<InputSource, 'seed'> {
  if (version.kind === 'onnx') return { inputs: path.dirname(version.file), headers: {} };
  const warmedUp = version.warmUp === undefined ? undefined : [{ body: version.warmUp }];
  return { items: inputs ?? warmedUp, model, likelyModel: version.model, headers: {} };
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
