import { SerinError } from '../../../domain/errors.js';
import type { Signature, TensorSpec } from '../../../domain/signature.js';
import { datatypes, type Datatype } from '../../../domain/tensor.js';
import { reasonOfFetch } from '../http/reason-of-fetch.js';
import { isObject } from '../answers/difference.js';

const answerWithinMs = 5_000;

/**
 * Asks a server for the signature of a model, as the Open Inference Protocol has it:
 * `GET /v2/models/{model}`.
 * @param url of the target: its path may name the model
 * @param named the model's name, where the path does not say it
 * @throws SerinError `inputs-missing` where the server does not say what it takes,
 * `target-unreachable` where nobody answers
 */
export async function fetchSignature(url: string, named: string | undefined): Promise<Signature> {
  const { origin, pathname } = new URL(url);
  const model = named ?? modelInPath(pathname) ?? (await onlyModel(origin));
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

async function onlyModel(origin: string): Promise<string> {
  const index = await getJson(`${origin}/v2/repository/index`, 'POST');
  const names = Array.isArray(index)
    ? index.flatMap((entry) =>
        isObject(entry) && typeof entry['name'] === 'string' ? [entry['name']] : [],
      )
    : [];
  const [only, ...others] = new Set(names);
  if (only !== undefined && others.length === 0) return only;
  throw new SerinError('inputs-missing', {
    expected: `one model at ${origin}, to make up inputs for`,
    found: only === undefined ? 'a server that does not say' : [only, ...others].join(', '),
    ...(only === undefined ? {} : { advice: `Name one: --model ${only}.` }),
  });
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
