import { SerinError } from '../../domain/errors.js';
import type { Tensor } from '../../domain/tensor.js';
import { Random } from '../../stats/random.js';
import { classesOf } from '../validate/answers/classes.js';
import { numbersOf } from '../validate/answers/numbers.js';
import { compareSignatures } from '../validate/file/compare-signatures.js';
import type { ModelToValidate } from '../validate/locate-model.js';
import type { ProcessLimits, StartModelProcess } from '../validate/model-process.js';
import { ModelUnderTest } from '../validate/model-under-test.js';
import { readSubject, type Subject } from '../validate/subject.js';
import { timeBudget } from '../validate/time-budget.js';
import { compareAnswers } from './compare-answers.js';
import type { AnsweredRow, Differences, RowAnswer } from './differences.js';
import { rowsOfBoth, type Row } from './rows-of-both.js';

export interface DifferencesOrder {
  readonly stable: ModelToValidate;
  readonly canary: ModelToValidate;
  readonly start: StartModelProcess;
  /** Ends everything, also the processes of the models. */
  readonly signal?: AbortSignal;
}

const limits: ProcessLimits = { memoryBytes: 4 * 2 ** 30, startMs: 120_000, requestMs: 30_000 };

/** Rows beyond it are left out. */
const askingMs = 20_000;

/** The same rows are made up each time. */
const seed = 1;

/**
 * Asks two versions the same golden, recorded and made-up rows, each version in a process of its
 * own, and says where their predictions differ.
 * @throws SerinError `model-invalid` or `model-load-failed` for one that cannot be used,
 * `signature-mismatch` where they do not take the same inputs, `invalid-input` and `inputs-missing`
 * where there is no row to ask; whatever `signal` aborts with
 */
export async function offlineDifferences(order: DifferencesOrder): Promise<Differences> {
  const stable = await usable(order.stable);
  const canary = await usable(order.canary);
  refuseOtherInputs(stable, canary);
  const started: ModelUnderTest[] = [];
  const end = async (): Promise<void> => {
    await Promise.all(started.map((model) => model.close()));
  };
  const endNow = (): void => void end();
  order.signal?.addEventListener('abort', endNow);
  try {
    const models: BothModels = {
      stable: { subject: stable, model: await loaded(stable, order, started) },
      canary: { subject: canary, model: await loaded(canary, order, started) },
    };
    const rows = await rowsOfBoth(stable, canary, models.canary.model, new Random(seed));
    return await askAll(models, rows, order.signal);
  } finally {
    order.signal?.removeEventListener('abort', endNow);
    await end();
  }
}

interface RunningModel {
  readonly subject: Subject;
  readonly model: ModelUnderTest;
}

interface BothModels {
  readonly stable: RunningModel;
  readonly canary: RunningModel;
}

async function usable(model: ModelToValidate): Promise<Subject> {
  const { subject, findings } = await readSubject(model);
  if (subject !== undefined) return subject;
  const [first] = findings;
  throw new SerinError('model-invalid', {
    expected: first?.expected ?? 'a model that can be read',
    found: first?.found ?? `${model.shownAs}, which cannot be`,
  });
}

function refuseOtherInputs(stable: Subject, canary: Subject): void {
  const inputs = (one: Subject) => ({ inputs: one.signature.inputs, outputs: [] });
  const { relation, differences } = compareSignatures(inputs(stable), inputs(canary));
  if (relation !== 'breaking') return;
  const first = differences.find(({ breaking }) => breaking);
  throw new SerinError('signature-mismatch', {
    expected: first?.expected ?? 'the inputs of the other version',
    found: first?.found ?? 'others',
  });
}

async function loaded(
  { model }: Subject,
  { start, signal }: DifferencesOrder,
  started: ModelUnderTest[],
): Promise<ModelUnderTest> {
  signal?.throwIfAborted();
  const running = await ModelUnderTest.start(() =>
    start(model.file, model.shownAs, limits, signal),
  );
  if (running instanceof ModelUnderTest) {
    started.push(running);
    return running;
  }
  throw new SerinError('model-load-failed', {
    expected: `${model.shownAs} to load`,
    found: running.failure.words,
  });
}

async function askAll(
  { stable, canary }: BothModels,
  rows: readonly Row[],
  signal: AbortSignal | undefined,
): Promise<Differences> {
  const answered: AnsweredRow[] = [];
  const failed = { stable: 0, canary: 0 };
  const isTimeUp = timeBudget(askingMs);
  for (const { source, inputs } of rows) {
    signal?.throwIfAborted();
    if (isTimeUp()) break;
    const ofStable = await answerTo(stable, inputs);
    const ofCanary = await answerTo(canary, inputs);
    if (ofStable === undefined) failed.stable += 1;
    if (ofCanary === undefined) failed.canary += 1;
    if (ofStable === undefined || ofCanary === undefined) continue;
    answered.push({ source, inputs, stable: ofStable, canary: ofCanary });
  }
  return compareAnswers(answered, failed);
}

async function answerTo(
  { subject, model }: RunningModel,
  inputs: readonly Tensor[],
): Promise<RowAnswer | undefined> {
  const asked = await model.ask(inputs);
  if (asked.failure !== undefined) return undefined;
  const output = asked.outputs.find(({ name }) => name === subject.prediction.output);
  if (output === undefined) return undefined;
  return {
    label: classesOf(output, subject.prediction)?.[0],
    numbers: subject.prediction.kind === 'label' ? [] : Array.from(numbersOf(output) ?? []),
  };
}
