import path from 'node:path';
import { SerinError } from '../../domain/errors.js';
import type { Signature } from '../../domain/signature.js';
import type { BatchingSpec, GoldenRow, PredictionSpec } from '../../domain/version.js';
import { batchingSpec } from '../../models/config/batching-spec.js';
import { describedSignature } from '../../models/config/described-signature.js';
import { goldenRows } from '../../models/config/golden-rows.js';
import { readConfig, type ConfigPlace, type LayeredConfig } from '../../models/config/layers.js';
import { predictionSpec } from '../../models/config/prediction-spec.js';
import { realPathOf } from '../../models/files/confine.js';
import { configIn } from '../../models/load-version.js';
import { readArtefactOnce, type ModelArtefact } from '../../models/model-artefact.js';
import { describeGraph, type GraphFacts } from '../../models/onnx/graph-facts.js';
import { ModelProblem } from '../../models/onnx/problem.js';
import type { Finding } from '../report/report.js';
import type { ValidationCode } from './codes.js';
import { expectationsOf, withMore, type Expectations } from './expectations.js';
import { finding } from './finding.js';
import type { ModelToValidate } from './locate-model.js';

/** A model as its files describe it; nothing of it was run. */
export interface Subject extends ModelArtefact {
  readonly model: ModelToValidate;
  readonly graph: GraphFacts;
  readonly signature: Signature;
  readonly prediction: PredictionSpec;
  readonly batching: BatchingSpec;
  readonly golden: readonly GoldenRow[];
  readonly expectations: Expectations;
}

/** What reading a model gave: what can be used of it, and what is wrong. */
export interface ReadSubject {
  /** Undefined where the file itself cannot be used. */
  readonly subject: Subject | undefined;
  readonly findings: readonly Finding[];
}

/** What decides whether a model is too large to be read. */
export type AskedOfSize = Partial<Pick<Expectations, 'maxSizeBytes' | 'accept'>>;

/**
 * Reads a model's file, weights, and model.yaml; says what is wrong with them instead of throwing.
 * @param asked the limit of size, and what is accepted, where that is not for model.yaml to say: of a
 * model that is too large nothing is read
 * @throws SerinError `model-file-missing` when the operating system does not let it read
 */
export async function readSubject(
  model: ModelToValidate,
  asked: AskedOfSize = {},
): Promise<ReadSubject> {
  const findings: Finding[] = [];
  const note = (thrown: unknown, where: string): undefined => {
    if (!(thrown instanceof SerinError)) throw unreadable(thrown, where);
    findings.push(toFinding(thrown, where));
    return undefined;
  };
  const config =
    (await readConfigOf(model).catch((thrown: unknown) => note(thrown, 'model.yaml'))) ?? noConfig;
  /** What model.yaml says, or what would be without it where it does not fit the model. */
  const fromConfig = <T>(read: (config: LayeredConfig) => T): T => {
    try {
      return read(config);
    } catch (thrown) {
      note(thrown, 'model.yaml');
      return read(noConfig);
    }
  };
  const expectations = fromConfig((said) => expectationsOf(said));
  const read = await readArtefactOnce(model.file, mostBytes(withMore(expectations, asked))).catch(
    (thrown: unknown) => note(thrown, path.basename(model.file)),
  );
  if (read === undefined) return { subject: undefined, findings };
  const { artefact, proto } = read;
  const { signature } = artefact.onnx;
  const subject: Subject = {
    ...artefact,
    model,
    graph: describeGraph(proto),
    signature: fromConfig((said) => describedSignature(said, signature)),
    prediction: fromConfig((said) => predictionSpec(said, artefact.onnx)),
    batching: fromConfig((said) => batchingSpec(said, signature)),
    golden: fromConfig((said) => goldenRows(said, signature)),
    expectations,
  };
  return { subject, findings };
}

function mostBytes({ maxSizeBytes, accept }: Expectations): number | undefined {
  return Object.hasOwn(accept, 'size-over-limit') ? undefined : maxSizeBytes;
}

/** Without permission, or with a broken disk, nothing can be said of a model: that is no finding. */
function unreadable(thrown: unknown, where: string): unknown {
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === undefined) return thrown;
  return new SerinError('model-file-missing', {
    expected: `a file that can be read: ${where}`,
    found: code,
    advice: 'Look at its permissions.',
    cause: thrown,
  });
}

const noConfig: LayeredConfig = {
  values: {},
  fail: (_, expected, found) => new SerinError('model-config-invalid', { expected, found }),
};

async function readConfigOf({
  versionFolder,
  modelFolder,
}: ModelToValidate): Promise<LayeredConfig> {
  const own = await realPathOf(versionFolder);
  const shared = modelFolder === undefined ? undefined : await realPathOf(modelFolder);
  const folders = [own, shared].flatMap((folder) => folder ?? []);
  const placeIn = async (folder: string | undefined): Promise<ConfigPlace> =>
    folder === undefined
      ? { file: undefined, shownAs: '' }
      : configIn(folder, path.basename(folder), folders);
  return readConfig(await placeIn(own), await placeIn(shared));
}

const codeOfProblem: Readonly<Record<ModelProblem, ValidationCode>> = {
  [ModelProblem.NotOnnx]: 'not-onnx',
  [ModelProblem.Unservable]: 'unservable-signature',
  [ModelProblem.ExternalDataMissing]: 'external-data-missing',
  [ModelProblem.ExternalDataShort]: 'external-data-short',
  [ModelProblem.TooLarge]: 'size-over-limit',
};

function toFinding(error: SerinError, where: string): Finding {
  const { expected, found, advice, fields } = error.words;
  const problem = fields?.['problem'] as ModelProblem | undefined;
  const words = {
    expected: expected ?? 'a file that can be used',
    found: found ?? error.message,
    ...(advice === undefined ? {} : { advice }),
  };
  if (error.code === 'path-outside-roots') {
    return finding('external-data-outside', `${where} leads out of its folder`, {
      expected: "a path inside the version's folder, also after symbolic links",
      found: found ?? 'another path',
    });
  }
  if (error.code === 'model-config-invalid') {
    return finding('config-invalid', `${where} cannot be used`, words);
  }
  return finding(
    problem === undefined ? 'not-onnx' : codeOfProblem[problem],
    `${where} cannot be used`,
    words,
  );
}
