import type { Tensor } from '../../../domain/tensor.js';
import { writeNumber } from '../../report/quantity.js';
import type { Finding } from '../../report/report.js';
import { skipped, type CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import type { LiveContext } from '../live-context.js';
import { timeBudget } from '../time-budget.js';
import { BothAnswers, type OfBoth } from './both-answers.js';
import { correlationOf } from './correlation.js';
import { writePercent } from './percent.js';
import { otherScale } from './score-scale.js';
import { swappedLabels } from './swapped-labels.js';
import { uninformative } from './uninformative.js';

/** Where nobody says otherwise: below this something is wrong, or nearly everything was changed. */
const fewestAgreeing = 0.5;
const notableAgreement = 0.9;
const fewestRows = 8;
const mostRowsNamed = 5;
/** How much wider rows are made up, one after the other, while stable gives all the same class. */
const widths = [4, 16, 64, 256];

/**
 * How often the candidate says what stable says, on recorded rows or, where there are none, on
 * golden and made-up ones: the share of rows of the same class, or the correlation of scores.
 * Where another order of the classes would agree, the labels are swapped.
 */
export async function checkAgreement(context: LiveContext): Promise<CheckOutcome> {
  const { stable, subject, stableModel } = context;
  if (stableModel === undefined || stable === undefined)
    return skipped('no stable to compare with');
  const answers = new BothAnswers(subject.prediction, stable.prediction);
  const isTimeUp = timeBudget(context.settings.checkMs);
  await askBoth(context, rowsToCompare(context), answers, isTimeUp);
  for (const times of widths) {
    if (isReal(context) || !isOfOneClass(answers) || isTimeUp()) break;
    await askBoth(context, widerRows(context, times), answers, isTimeUp);
  }
  if (answers.count < fewestRows) {
    return skipped(`only ${answers.count} rows that both answer with finite numbers`);
  }
  const { classes } = answers;
  return classes === undefined ? ofScores(context, answers) : ofClasses(context, answers, classes);
}

/** A handful of recorded rows says less than many made-up ones. */
function isReal({ recorded }: LiveContext): boolean {
  return recorded.length >= fewestRows;
}

function isOfOneClass({ classes }: BothAnswers): boolean {
  return classes !== undefined && new Set(classes.stable).size === 1;
}

type Rows = readonly (readonly Tensor[])[];

function rowsToCompare(context: LiveContext): Rows {
  const { known, recorded, maker, settings, randomFor } = context;
  if (isReal(context)) return recorded.slice(0, settings.recordedRows);
  const given = [...recorded, ...known.map(({ inputs }) => inputs)].slice(
    0,
    settings.agreementRows,
  );
  if (maker === undefined) return given;
  const random = randomFor('agreement');
  const made = Array.from({ length: settings.agreementRows - given.length }, () =>
    maker.make({ kind: 'random', random }),
  );
  return [...given, ...made];
}

/** Within bounds there is nothing wider. */
function widerRows({ maker, settings, randomFor }: LiveContext, times: number): Rows {
  if (maker === undefined || maker.isBounded) return [];
  const random = randomFor(`agreement on rows ${times} times as wide`);
  return Array.from({ length: settings.agreementRows }, () =>
    maker.make({ kind: 'random', random, times }),
  );
}

async function askBoth(
  { model, stableModel }: LiveContext,
  rows: Rows,
  answers: BothAnswers,
  isTimeUp: () => boolean,
): Promise<void> {
  for (const inputs of rows) {
    if (isTimeUp() || answers.areEnough) return;
    const asked = await model.ask(inputs);
    const askedStable = await stableModel?.ask(inputs);
    if (askedStable === undefined) return;
    if (asked.failure !== undefined || askedStable.failure !== undefined) continue;
    answers.add(asked.outputs, askedStable.outputs);
  }
}

function ofClasses(
  context: LiveContext,
  answers: BothAnswers,
  { mine, stable }: OfBoth<string>,
): CheckOutcome {
  const agreeing = mine.filter((label, row) => label === stable[row]).length;
  const share = agreeing / mine.length;
  const detail = `${writePercent(share)} of ${mine.length} rows are of the same class as in stable`;
  const measurements = [{ name: 'agreement with stable', unit: '', value: share }];
  const swapped = swappedLabels(context.subject.prediction, answers);
  if (swapped !== undefined) return { detail, measurements, findings: [swapped] };
  const differing = mine.flatMap((label, row) => (label === stable[row] ? [] : [row + 1]));
  const found = `${writePercent(share)}${differing.length === 0 ? '' : `: ${rowsInWords(differing)} differ`}`;
  const findings = [
    ...lowAgreement(context, share, 'same class', found),
    ...uninformative(answers),
  ];
  return { detail, measurements, findings };
}

function ofScores(context: LiveContext, answers: BothAnswers): CheckOutcome {
  const { mine, stable } = answers.numbers;
  const correlation = correlationOf(mine, stable);
  if (Number.isNaN(correlation)) {
    const detail = 'one of the two always gives the same number';
    return { detail, findings: uninformative(answers) };
  }
  return {
    detail: `scores correlate by ${writeNumber(correlation)} with stable's, ${mine.length} numbers`,
    measurements: [{ name: 'correlation with stable', unit: '', value: correlation }],
    findings: [
      ...lowAgreement(context, correlation, 'correlation', writePercent(correlation)),
      ...otherScale(answers.numbers),
    ],
  };
}

/**
 * Made-up rows are noise to most models: there, two good versions may differ, and what is not much
 * worse than tossing a coin is no more than worth a look.
 */
function lowAgreement(context: LiveContext, share: number, what: string, found: string): Finding[] {
  const { minAgreement } = context.expectations;
  const on = isReal(context) ? 'recorded rows' : 'made-up rows';
  const words = (expected: number) => ({
    expected: `${writePercent(expected)} or more (${what})`,
    found,
  });
  const least = minAgreement ?? (isReal(context) ? fewestAgreeing : -Infinity);
  if (share < least) {
    return [finding('agreement-low', `the answers are not stable's on ${on}`, words(least))];
  }
  const notable = isReal(context) ? notableAgreement : fewestAgreeing;
  if (minAgreement === undefined && share < notable) {
    const title = `many answers are not stable's on ${on}`;
    return [finding('agreement-reduced', title, words(notable))];
  }
  return [];
}

/** `rows 3, 5, 8, 9, 11 and 59 more`: somebody will look at them. */
function rowsInWords(rows: readonly number[]): string {
  const named = rows.slice(0, mostRowsNamed).join(', ');
  const more = rows.length - mostRowsNamed;
  return `${rows.length === 1 ? 'row' : 'rows'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}
