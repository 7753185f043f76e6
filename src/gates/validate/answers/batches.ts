import { isBatchable } from '../../../domain/signature.js';
import type { Tensor } from '../../../domain/tensor.js';
import { areNearlyEqual } from '../../../serving/nearly-equal.js';
import { areJoinable, joinRows, rowCount, splitRows } from '../../../serving/rows.js';
import type { Finding } from '../../report/report.js';
import { skipped, type CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import { largestBatch } from '../inputs/largest-batch.js';
import type { LiveContext } from '../live-context.js';
import { differenceOf } from './compare.js';
import { failureFinding } from './failure.js';
import { numbersOf } from './numbers.js';

type Row = readonly Tensor[];

/** Rows of a batch whose answers are compared with what they get alone. */
const mostCompared = 8;

/**
 * Whether a row gets the answer in a batch that it gets alone: batches of 2 rows, and of as many as
 * Serin will ever put together. Rounding in another order of additions is allowed for, as the
 * batcher allows for it (a thousandth of the largest number).
 */
export async function checkBatches(context: LiveContext): Promise<CheckOutcome> {
  const { subject, settings } = context;
  if (!isBatchable(subject.signature)) {
    return skipped(
      'the first dimension is not free everywhere: Serin asks for one request at a time',
    );
  }
  if (!subject.batching.enabled) return skipped('batching is switched off in model.yaml');
  const [row] = rowsToBatch(context, 1);
  if (row === undefined) return skipped('no inputs that the model takes');
  const largest = settings.largestBatch ? largestBatch(subject, row) : 2;
  const rows = rowsToBatch(context, largest);
  const sizes = [...new Set([1, 2, largest])].filter((size) => size <= largest);
  const findings: Finding[] = [];
  for (const size of sizes.filter((one) => one > 1)) {
    findings.push(...(await tryBatch(context, rows.slice(0, size))));
    if (findings.length > 0) break;
  }
  return {
    detail: `batches of ${sizes.join(', ')} rows, against each row alone`,
    findings,
  };
}

/** Known and recorded rows first, because they are what the model is for. */
function rowsToBatch({ known, recorded, maker, randomFor }: LiveContext, count: number): Row[] {
  const random = randomFor('batches');
  const given = [...known.map(({ inputs }) => inputs), ...recorded].filter(
    (inputs) => rowCount(inputs) === 1,
  );
  const made =
    maker === undefined
      ? []
      : Array.from({ length: count }, () => maker.make({ kind: 'random', random }));
  const [first, ...others] = maker === undefined ? given : [...given.slice(0, count / 2), ...made];
  if (first === undefined) return [];
  const joinable = [first, ...others.filter((inputs) => areJoinable(first, inputs))];
  return Array.from({ length: count }, (_, i) => joinable[i % joinable.length] ?? first);
}

async function tryBatch(context: LiveContext, rows: readonly Row[]): Promise<Finding[]> {
  const { model } = context;
  const asked = await model.ask(joinRows(rows));
  if (asked.failure !== undefined) {
    if (asked.failure.kind === 'refused' && (await isRefusedAlone(context, rows))) return [];
    const found = failureFinding(asked.failure, `a batch of ${rows.length}`, (words) =>
      finding('batch-refused', `the model fails on ${rows.length} rows, and not on one`, words),
    );
    return found === undefined ? [] : [found];
  }
  const answers = splitRows(
    asked.outputs,
    rows.map(() => 1),
  );
  if (answers === undefined) return [otherRows(context, asked.outputs, rows.length)];
  return compareWithAlone(context, rows, answers);
}

/** A row that the model takes in no company at all says nothing of batches. */
async function isRefusedAlone({ model }: LiveContext, rows: readonly Row[]): Promise<boolean> {
  for (const row of new Set(rows)) {
    if ((await model.ask(row)).failure !== undefined) return true;
  }
  return false;
}

/** A named dimension that outputs share with inputs is a promise; another one is none. */
function otherRows({ subject }: LiveContext, outputs: readonly Tensor[], rows: number): Finding {
  const { dimensions } = subject.graph;
  const [input] = subject.signature.inputs;
  const promised = dimensions.get(input?.name ?? '')?.[0];
  const odd = outputs.find(({ shape }) => shape[0] !== rows);
  const isPromised = promised !== undefined && dimensions.get(odd?.name ?? '')?.[0] === promised;
  const words = {
    expected: `${rows} rows in output ${odd?.name ?? ''}, as in the inputs`,
    found: `${odd?.shape[0] ?? 0} rows`,
  };
  return isPromised
    ? finding('output-not-declared', `an output has not one row for each row`, words)
    : finding('batch-rows', `${rows} rows are not answered row by row`, words);
}

async function compareWithAlone(
  { model, expectations }: LiveContext,
  rows: readonly Row[],
  answers: readonly (readonly Tensor[])[],
): Promise<Finding[]> {
  const step = Math.max(1, Math.floor(rows.length / mostCompared));
  for (let index = rows.length - 1; index >= 0; index -= step) {
    const alone = await model.ask(rows[index] ?? []);
    if (alone.failure !== undefined) continue;
    const together = answers[index] ?? [];
    if (areNearlyEqual(alone.outputs, together)) continue;
    const difference = alone.outputs.flatMap((output, i) => {
      const other = together[i];
      if (other === undefined) return [];
      const said = expectations.outputs[output.name];
      const absolute = said?.absolute ?? 1e-3 * largest(output);
      return differenceOf(other, output, { absolute, relative: said?.relative ?? 0 }) ?? [];
    })[0];
    if (difference === undefined) continue;
    return [
      finding(
        'batch-dependent',
        `row ${index + 1} of ${rows.length} is answered otherwise than alone`,
        {
          expected: `${difference.expected}, as alone`,
          found: difference.found,
        },
      ),
    ];
  }
  return [];
}

function largest(output: Tensor): number {
  let most = 0;
  for (const value of numbersOf(output) ?? []) {
    if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  }
  return most;
}
