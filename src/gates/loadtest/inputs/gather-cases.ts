import { SerinError } from '../../../domain/errors.js';
import type { OnnxVersion } from '../../../domain/version.js';
import { Random } from '../../../stats/random.js';
import type { LoadCase } from '../load-case.js';
import type { Endpoint } from '../http/endpoint.js';
import { takesPredictions } from './address.js';
import { caseOfItem } from './item.js';
import { readLocalModel } from './local-model.js';
import { madeUpRows } from './made-up-rows.js';
import { fetchSignature } from './model-metadata.js';
import { goldenCases, rowRequest, type Asking } from './prediction-cases.js';
import { readInputsFile } from './read-inputs-file.js';

/** Where inputs come from. */
export interface InputSource {
  /** A file of requests, a capture, or a model: its version's folder or .onnx file. */
  readonly inputs?: string | undefined;
  /** Instead: the items themselves, as such a file has them. */
  readonly items?: readonly unknown[] | undefined;
  /** The model's name at the server, which every request says. */
  readonly model?: string | undefined;
  /** The same where a server turns out to have several models, and one of this name. */
  readonly likelyModel?: string | undefined;
  /** Added to every request, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly seed: number;
}

/** So many different rows are made up: enough that no cache of the server answers them all. */
const rowsMadeUp = 100;

/**
 * What is sent to a target: the inputs of a file, the golden and made-up rows of a model, or made-up
 * rows of the signature that the server itself tells. An address that takes no predictions is asked
 * with GET.
 * @param url as the target was given
 * @throws SerinError `inputs-invalid`, `inputs-missing`, `model-invalid`, `model-config-invalid`
 */
export async function gatherCases(
  url: string,
  endpoint: Endpoint,
  source: InputSource,
): Promise<LoadCase[]> {
  const cases = await casesOf(url, endpoint, source);
  return cases.map(({ request, ...rest }) => ({
    request: { ...request, headers: { ...request.headers, ...source.headers } },
    ...rest,
  }));
}

async function casesOf(
  url: string,
  { path }: Endpoint,
  { inputs, items, model, likelyModel, seed }: InputSource,
): Promise<LoadCase[]> {
  const asking: Asking = { path, ...(model === undefined ? {} : { model }) };
  const random = new Random(seed);
  if (items !== undefined) {
    return items.map((item, index) => caseOfItem(item, asking, `item ${index + 1} of inputs`));
  }
  if (inputs !== undefined) {
    const local = await readLocalModel(inputs);
    return local === undefined
      ? readInputsFile(inputs, asking)
      : casesOfModel(local, asking, random);
  }
  if (!takesPredictions(path)) {
    if (model === undefined) return [{ request: { method: 'GET', path, headers: {}, body: '' } }];
    throw new SerinError('inputs-missing', {
      expected: 'an address that takes predictions, ending in /predict or /infer',
      found: path,
    });
  }
  const { signature, model: named } = await fetchSignature(url, model, likelyModel);
  const naming = named === undefined ? asking : { ...asking, model: named };
  return madeUpRows(signature, rowsMadeUp, random).map((row) => ({
    request: rowRequest(row, signature, naming),
  }));
}

/** The golden rows of a model, whose answers are known, and made-up ones. */
export function casesOfModel(model: OnnxVersion, asking: Asking, random: Random): LoadCase[] {
  const golden = goldenCases(model, asking);
  const madeUp = madeUpRows(model.signature, Math.max(1, rowsMadeUp - golden.length), random);
  return [
    ...golden,
    ...madeUp.map((row) => ({ request: rowRequest(row, model.signature, asking) })),
  ];
}
