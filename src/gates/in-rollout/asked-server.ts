import { SerinError } from '../../domain/errors.js';
import type { HttpVersion, OnnxVersion } from '../../domain/version.js';
import type { GateAnswer } from '../../rollout/ports.js';
import type { LoadtestWishes, SmokeWishes } from '../../rollout/strategy/gate-wishes.js';
import { isObject, shown } from '../loadtest/answers/difference.js';
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
 * What a version is sent: what was wished; else a file its golden rows, whose answers are known, and
 * a server what it was warmed up with. A server need not say what it takes (`/v2`); without either,
 * it is asked whether it does, and which of its models is meant.
 * @throws SerinError `inputs-invalid` for what a file cannot be asked
 */
export function inputsOf(
  version: ReachableVersion,
  { inputs, model }: Pick<LoadtestWishes & SmokeWishes, 'inputs' | 'model'>,
): Omit<InputSource, 'seed'> {
  if (version.kind === 'onnx') {
    requireForFile(version, inputs, model);
    return { items: inputs, version, headers: {} };
  }
  const warmedUp = version.warmUp === undefined ? undefined : [{ body: version.warmUp }];
  return { items: inputs ?? warmedUp, model, likelyModel: version.model, headers: {} };
}

/** A file is asked by its name at `/v2/models/…/infer`, where no body of /predict is understood. */
function requireForFile(
  version: OnnxVersion,
  inputs: readonly unknown[] | undefined,
  model: string | undefined,
): void {
  const shownAs = `${version.model}/${version.version}`;
  if (model !== undefined && model !== version.model) {
    throw new SerinError('inputs-invalid', {
      expected: `model: ${version.model}, or none: ${shownAs} is a file, and no server of several models`,
      found: model,
    });
  }
  const odd = inputs?.find((item) => !isOfOpenInference(item));
  if (odd === undefined) return;
  throw new SerinError('inputs-invalid', {
    expected: `bodies of the Open Inference Protocol, { inputs: [{ name, datatype, shape, data }] }: ${shownAs} is a file, which is asked at /infer`,
    found: shown(odd),
    advice: 'Write them so, or leave them out and add golden rows to model.yaml.',
  });
}

/** An item may be a body, or hold one; a text is sent as it is. */
function isOfOpenInference(item: unknown): boolean {
  if (!isObject(item)) return false;
  const body = 'body' in item ? item['body'] : item;
  return typeof body === 'string' || (isObject(body) && Array.isArray(body['inputs']));
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
      const { message, advice } = thrown;
      return { passed: false, reason: `${gate} has nothing to send: ${message}. ${advice}` };
    }
    throw thrown;
  }
}

const untestable: ReadonlySet<string> = new Set(['inputs-missing', 'inputs-invalid', 'usage']);
