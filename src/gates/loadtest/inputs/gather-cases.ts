import { SerinError } from '../../../domain/errors.js';
import type { Signature } from '../../../domain/signature.js';
import type { OnnxVersion } from '../../../domain/version.js';
import { Random } from '../../../stats/random.js';
import { seedOf } from '../../validate/seed-of.js';
import type { LoadCase } from '../load-case.js';
import type { AskOnce, LoadRequest } from '../sender.js';
import { takesPredictions } from './address.js';
import { fateOfRow, type FateOfRow } from './fate-of-row.js';
import { caseOfItem } from './item.js';
import { inputsOfSignature, knownInputsOf, type KnownInputs } from './known-inputs.js';
import { readLocalModel } from './local-model.js';
import { madeUpRows, type RefusedRows } from './made-up-rows.js';
import { fetchSignature } from './model-metadata.js';
import { goldenCases, type Asking } from './prediction-cases.js';
import { readInputsFile } from './read-inputs-file.js';
import { tensorRequest } from './tensor-request.js';

/** Where inputs come from; what is named first counts before the others. */
export interface InputSource {
  /** The items themselves, as a file of requests has them. */
  readonly items?: readonly unknown[] | undefined;
  /** A version: its golden rows. */
  readonly version?: OnnxVersion | undefined;
  /** A file of requests, a capture, or a model: its version's folder or .onnx file. */
  readonly inputs?: string | undefined;
  /** The model's name at the server, which every request says. */
  readonly model?: string | undefined;
  /** The same where a server turns out to have several models, and one of this name. */
  readonly likelyModel?: string | undefined;
  /** What a version takes that is compared with: rows that are made up have its sizes. */
  readonly stableSignature?: Signature | undefined;
  /** Added to every request, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Rows to make up where nothing else is known; 100 where nobody says. */
  readonly rowsMadeUp?: number | undefined;
}

/** What requests go to. */
export interface AskedTarget {
  /** Where it says what it takes. */
  readonly url: string;
  /** With its query. */
  readonly path: string;
  /** Asks it whether it takes a row that is made up. */
  readonly ask: AskOnce;
}

/** What is sent. */
export interface GatheredCases {
  /** The cases of each target, in the same order. */
  readonly cases: readonly LoadCase[][];
  readonly refused?: RefusedRows | undefined;
}

/** So many different rows are made up: enough that no cache of the server answers them all. */
const usuallyMadeUp = 100;

/**
 * What is sent: the inputs of a file, the golden rows of a model, or rows that are made up for it or
 * for the signature that the server itself tells. Addresses that take no predictions are asked with GET.
 * @param targets the one that is tested, and maybe what it is compared with: it is sent the same
 * @throws SerinError `inputs-invalid`, `inputs-missing`, `model-invalid`, `model-config-invalid`
 */
export async function gatherCases(
  targets: readonly AskedTarget[],
  source: InputSource,
): Promise<GatheredCases> {
  const all = (request: LoadRequest): LoadRequest => ({
    ...request,
    headers: { ...request.headers, ...source.headers },
  });
  const asked = targets.map(({ ask, ...target }) => ({
    ...target,
    ask: (request: LoadRequest) => ask(all(request)),
  }));
  const { cases, refused } = await casesOf(asked, source);
  const withHeaders = cases.map((some) =>
    some.map(({ request, ...rest }) => ({ request: all(request), ...rest })),
  );
  return { cases: withHeaders, refused };
}

async function casesOf(
  targets: readonly AskedTarget[],
  source: InputSource,
): Promise<GatheredCases> {
  const { items, version, inputs, model } = source;
  const named = targets.map(({ path, ask }): NamedTarget => {
    return { asking: { path, ...(model === undefined ? {} : { model }) }, ask };
  });
  if (items !== undefined) {
    const casesFor = ({ asking }: NamedTarget): LoadCase[] =>
      items.map((item, index) => caseOfItem(item, asking, `item ${index + 1} of inputs`));
    return { cases: named.map(casesFor) };
  }
  const local = version ?? (inputs === undefined ? undefined : await readLocalModel(inputs));
  if (local !== undefined) return casesOfModel(local, named, source);
  if (inputs !== undefined) {
    return {
      cases: await Promise.all(named.map(({ asking }) => readInputsFile(inputs, asking))),
    };
  }
  const [other] = targets.filter(({ path }) => !takesPredictions(path));
  if (other === undefined) return casesOfServers(targets, source);
  return { cases: targets.map(({ path }) => [plainRequest(path, other, targets, model)]) };
}

/** A target, and how it wants to be asked. */
interface NamedTarget {
  readonly asking: Asking;
  readonly ask: AskOnce;
}

/** Golden rows alone, where there are any: their answers are known. */
async function casesOfModel(
  version: OnnxVersion,
  targets: readonly NamedTarget[],
  source: InputSource,
): Promise<GatheredCases> {
  if (version.golden.length > 0) {
    return { cases: targets.map(({ asking }) => goldenCases(version, asking)) };
  }
  return casesMadeUp(await knownInputsOf(version), source.stableSignature, targets, source);
}

async function casesOfServers(
  targets: readonly AskedTarget[],
  source: InputSource,
): Promise<GatheredCases> {
  const { model, likelyModel } = source;
  const served = await Promise.all(
    targets.map(async ({ url, path, ask }) => {
      const { signature, model: name } = await fetchSignature(url, model, likelyModel);
      return { signature, asking: { path, ...(name === undefined ? {} : { model: name }) }, ask };
    }),
  );
  const [tested, stable] = served;
  const known = inputsOfSignature(tested?.signature ?? { inputs: [], outputs: [] });
  return casesMadeUp(known, stable?.signature, served, source);
}

/** Rows that are made up for the first of the targets; the others take them as well. */
async function casesMadeUp(
  known: KnownInputs,
  stableSignature: Signature | undefined,
  targets: readonly NamedTarget[],
  { seed, rowsMadeUp = usuallyMadeUp }: InputSource,
): Promise<GatheredCases> {
  const { signature } = known.subject;
  const stable = stableSignature === undefined ? undefined : { signature: stableSignature };
  const { rows, refused } = await madeUpRows({
    madeFor: { ...known, stable },
    count: rowsMadeUp,
    // Of its own: the seed itself tosses the coin that says which target a request goes to.
    random: new Random(seedOf('rows', seed)),
    tryRow: async (row) => {
      const fates: FateOfRow[] = [];
      for (const { asking, ask } of targets) {
        fates.push(await fateOfRow(tensorRequest(row, signature, asking), ask));
      }
      return fateOfBoth(fates);
    },
  });
  const cases = targets.map(({ asking }) =>
    rows.map((row) => ({ request: tensorRequest(row, signature, asking) })),
  );
  return { cases, refused };
}

/** What stable takes and the version refuses is the version's error, and not the row's. */
function fateOfBoth([tested = { kind: 'taken' }, stable]: readonly FateOfRow[]): FateOfRow {
  if (tested.kind === 'refused' && stable?.kind === 'taken') {
    return { kind: 'failed', words: `${tested.words}; stable takes it` };
  }
  return tested.kind === 'taken' && stable !== undefined ? stable : tested;
}

/** @throws SerinError `inputs-missing` where some of the addresses take predictions, or a model is named */
function plainRequest(
  path: string,
  other: AskedTarget,
  targets: readonly AskedTarget[],
  model: string | undefined,
): LoadCase {
  if (model === undefined && !targets.some((target) => takesPredictions(target.path))) {
    return { request: { method: 'GET', path, headers: {}, body: '' } };
  }
  throw new SerinError('inputs-missing', {
    expected: 'an address that takes predictions, ending in /predict or /infer',
    found: other.path,
  });
}
