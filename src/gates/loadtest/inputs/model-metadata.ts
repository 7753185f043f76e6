import { SerinError } from '../../../domain/errors.js';
import type { Signature, TensorSpec } from '../../../domain/signature.js';
import { datatypes, type Datatype } from '../../../domain/tensor.js';
import { reasonOfFetch } from '../http/reason-of-fetch.js';
import { isObject } from '../answers/difference.js';

const answerWithinMs = 5_000;

/** What a server says that a model takes. */
export interface ServedSignature {
  readonly signature: Signature;
  /** What every request has to say, where the server has several models at one address. */
  readonly model: string | undefined;
}

/**
 * Asks a server for the signature of a model, as the Open Inference Protocol has it:
 * `GET /v2/models/{model}`.
 * @param url of the target: its path may name the model
 * @param named the model's name, where the path does not say it
 * @param likely its name where nobody said one: it counts if the server has several, and this
 * @throws SerinError `inputs-missing` where the server does not say what it takes,
 * `target-unreachable` where nobody answers
 */
export async function fetchSignature(
  url: string,
  named: string | undefined,
  likely?: string,
): Promise<ServedSignature> {
  const { origin, pathname } = new URL(url);
  const inPath = modelInPath(pathname);
  if (named !== undefined || inPath !== undefined) {
    return { signature: await signatureAt(origin, named ?? inPath ?? ''), model: named };
  }
  const names = await modelsAt(origin);
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0) {
    return { signature: await signatureAt(origin, only), model: undefined };
  }
  if (likely !== undefined && names.includes(likely)) {
    return { signature: await signatureAt(origin, likely), model: likely };
  }
  throw new SerinError('inputs-missing', {
    expected: `one model at ${origin}, to make up inputs for`,
    found: names.length === 0 ? 'a server that does not say' : names.join(', '),
    ...(names.length === 0
      ? {}
      : { advice: 'Name one: --model NAME, or model: NAME of the gate.' }),
  });
}

async function signatureAt(origin: string, model: string): Promise<Signature> {
  const address = `${origin}/v2/models/${encodeURIComponent(model)}`;
  const metadata = await getJson(address, 'GET');
  const signature = signatureOf(metadata);
  if (signature !== undefined) return signature;
  throw new SerinError('inputs-missing', {
    expected: `inputs with name, datatype and shape at ${address}`,
    found: isObject(metadata) ? 'an answer without them' : 'no such answer',
  });
}

function modelInPath(pathname: string): string | undefined {
  const [, name] = /\/models\/([^/]+)\//.exec(pathname) ?? [];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** The names of a server's models; none where it does not say. */
async function modelsAt(origin: string): Promise<readonly string[]> {
  const index = await getJson(`${origin}/v2/repository/index`, 'POST');
  const names = Array.isArray(index)
    ? index.flatMap((entry) =>
        isObject(entry) && typeof entry['name'] === 'string' ? [entry['name']] : [],
      )
    : [];
  return [...new Set(names)];
}

/**
 * @returns undefined for any answer that is no JSON
 * @throws SerinError `target-unreachable` where there is none
 */
async function getJson(address: string, method: 'GET' | 'POST'): Promise<unknown> {
  const response = await fetch(address, {
    method,
    signal: AbortSignal.timeout(answerWithinMs),
    ...(method === 'GET' ? {} : { body: '{}', headers: { 'content-type': 'application/json' } }),
  }).catch((cause: unknown) => {
    throw unreachable(address, cause);
  });
  try {
    return response.ok ? await response.json() : undefined;
  } catch {
    // A server of another protocol: the caller says what to do without it.
    return undefined;
  }
}

function signatureOf(metadata: unknown): Signature | undefined {
  if (!isObject(metadata)) return undefined;
  const inputs = specsOf(metadata['inputs']);
  const outputs = specsOf(metadata['outputs']);
  return inputs.length === 0 ? undefined : { inputs, outputs };
}

function specsOf(given: unknown): TensorSpec[] {
  if (!Array.isArray(given)) return [];
  return given.flatMap((spec) => {
    if (!isObject(spec)) return [];
    const { name, datatype, shape } = spec;
    const isShape = Array.isArray(shape) && shape.every((size) => typeof size === 'number');
    if (typeof name !== 'string' || !isDatatype(datatype) || !isShape) return [];
    return [{ name, datatype, shape: shape }];
  });
}

function isDatatype(given: unknown): given is Datatype {
  return (datatypes as readonly unknown[]).includes(given);
}

function unreachable(address: string, cause: unknown): SerinError {
  return new SerinError('target-unreachable', {
    expected: `a server at ${new URL(address).origin}`,
    found: reasonOfFetch(cause),
    cause,
  });
}
