import type { Tensor } from '../../../domain/tensor.js';
import { writeNumber } from '../../report/quantity.js';
import type { Finding } from '../../report/report.js';
import { skipped, type CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import type { LiveContext } from '../live-context.js';
import { timeBudget } from '../time-budget.js';
import { classesOf } from './classes.js';
import { bestRelabelling } from './relabelling.js';
import { numbersOf } from './numbers.js';

/** What the two said of the same rows. */
interface Answers {
  /** A class for each row, where there are classes. */
  readonly classes: { readonly mine: string[]; readonly stable: string[] } | undefined;
  /** The numbers of the prediction output. */
  readonly mine: number[];
  readonly stable: number[];
}

/** Where nobody says otherwise: below this something is wrong, or nearly everything was changed. */
const fewestAgreeing = 0.5;
const notableAgreement = 0.9;
const fewestRows = 8;
const mostRowsNamed = 5;

/**
 * How often the candidate says what stable says, on recorded rows or, where there are none, on
 * golden and made-up ones: the share of rows of the same class, or the correlation of scores.
 * Where another order of the classes would agree, the labels are swapped.
 */
export async function checkAgreement(context: LiveContext): Promise<CheckOutcome> {
  const { stableModel, stable } = context;
  if (stableModel === undefined || stable === undefined)
    return skipped('no stable to compare with');
  const rows = rowsToCompare(context);
  const answers = await askBoth(context, rows);
  const count = answers.classes?.mine.length ?? answers.mine.length;
  if (count < fewestRows) return skipped(`only ${count} rows that both answer`);
  return answers.classes === undefined
    ? ofScores(context, answers)
    : ofClasses(context, answers.classes, answers);
}

function rowsToCompare({ known, recorded, maker, settings, randomFor }: LiveContext) {
  if (recorded.length >= fewestRows) return recorded.slice(0, settings.recordedRows);
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

async function askBoth(
  { model, stableModel, subject, stable, settings }: LiveContext,
  rows: readonly (readonly Tensor[])[],
): Promise<Answers> {
  const classes = { mine: [] as string[], stable: [] as string[] };
  const numbers = { mine: [] as number[], stable: [] as number[] };
  let hasClasses = true;
  const isTimeUp = timeBudget(settings.checkMs);
  for (const inputs of rows) {
    if (isTimeUp()) break;
    const asked = await model.ask(inputs);
    const askedStable = await stableModel?.ask(inputs);
    if (asked.failure !== undefined || askedStable?.failure !== undefined) continue;
    const mine = asked.outputs.find(({ name }) => name === subject.prediction.output);
    const theirs = askedStable?.outputs.find(({ name }) => name === stable?.prediction.output);
    if (mine === undefined || theirs === undefined || stable === undefined) continue;
    if (mine.data.length !== theirs.data.length) continue;
    // By number, not by name: whoever reads the output counts.
    const myClasses = classesOf(mine, { ...subject.prediction, labels: [] });
    const stableClasses = classesOf(theirs, { ...stable.prediction, labels: [] });
    if (myClasses === undefined || stableClasses === undefined) hasClasses = false;
    else if (myClasses.length === stableClasses.length) {
      classes.mine.push(...myClasses);
      classes.stable.push(...stableClasses);
    }
    const myNumbers = numbersOf(mine);
    const stableNumbers = numbersOf(theirs);
    if (myNumbers === undefined || stableNumbers === undefined) continue;
    myNumbers.forEach((value, i) => {
      const other = stableNumbers[i] ?? NaN;
      if (!Number.isFinite(value) || !Number.isFinite(other)) return;
      numbers.mine.push(value);
      numbers.stable.push(other);
    });
  }
  return { classes: hasClasses ? classes : undefined, ...numbers };
}

function ofClasses(
  context: LiveContext,
  { mine, stable }: { readonly mine: readonly string[]; readonly stable: readonly string[] },
  answers: Answers,
): CheckOutcome {
  const agreeing = mine.filter((label, row) => label === stable[row]).length;
  const share = agreeing / mine.length;
  const detail = `${percent(share)} of ${mine.length} rows are of the same class as in stable`;
  const measurements = [{ name: 'agreement with stable', unit: '', value: share }];
  const swapped = swappedLabels(context, mine, stable, answers);
  if (swapped !== undefined) return { detail, measurements, findings: [swapped] };
  const differing = mine.flatMap((label, row) => (label === stable[row] ? [] : [row + 1]));
  const found = `${percent(share)}${differing.length === 0 ? '' : `: ${rowsInWords(differing)} differ`}`;
  return { detail, measurements, findings: lowAgreement(context, share, 'same class', found) };
}

function swappedLabels(
  { subject }: LiveContext,
  mine: readonly string[],
  stable: readonly string[],
  answers: Answers,
): Finding | undefined {
  const { labels, kind } = subject.prediction;
  const best = bestRelabelling(mine, stable);
  const named = (index: string): string => labels[Number(index)] ?? index;
  if (best !== undefined) {
    const moved = best.moved.slice(0, 5).map(([from, to]) => `${named(from)} → ${named(to)}`);
    return finding('labels-swapped', 'the classes are in another order than in stable', {
      expected: `the classes that stable answers`,
      found: `${percent(best.before)} agree as they are, ${percent(best.after)} with ${moved.join(', ')}`,
    });
  }
  const correlation = correlationOf(answers.mine, answers.stable);
  if (kind === 'probability' && correlation < -0.7) {
    return finding('labels-swapped', 'the probability is that of the other class', {
      expected: 'probabilities that rise where those of stable do',
      found: `a correlation of ${writeNumber(correlation)}`,
    });
  }
  return undefined;
}

function ofScores(context: LiveContext, { mine, stable }: Answers): CheckOutcome {
  const correlation = correlationOf(mine, stable);
  const isConstant = Number.isNaN(correlation);
  const detail = isConstant
    ? 'one of the two always gives the same number'
    : `scores correlate by ${writeNumber(correlation)} with stable's, ${mine.length} numbers`;
  if (isConstant) return { detail };
  return {
    detail,
    measurements: [{ name: 'correlation with stable', unit: '', value: correlation }],
    findings: lowAgreement(context, correlation, 'correlation', percent(correlation)),
  };
}

/**
 * Made-up rows are noise to most models: there, two good versions may differ, and what is not much
 * worse than tossing a coin is no more than worth a look.
 */
function lowAgreement(
  { expectations: { minAgreement }, recorded }: LiveContext,
  share: number,
  what: string,
  found: string,
): Finding[] {
  const isReal = recorded.length >= fewestRows;
  const on = isReal ? 'recorded rows' : 'made-up rows';
  const words = (expected: number) => ({
    expected: `${percent(expected)} or more (${what})`,
    found,
  });
  const least = minAgreement ?? (isReal ? fewestAgreeing : -Infinity);
  if (share < least) {
    return [finding('agreement-low', `the answers are not stable's on ${on}`, words(least))];
  }
  const notable = isReal ? notableAgreement : fewestAgreeing;
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

/** Pearson's correlation; NaN where one of the two never changes. */
function correlationOf(some: readonly number[], others: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(some), mean(others)];
  let [both, ofSome, ofOthers] = [0, 0, 0];
  some.forEach((value, i) => {
    const other = (others[i] ?? b) - b;
    both += (value - a) * other;
    ofSome += (value - a) ** 2;
    ofOthers += other ** 2;
  });
  return both / Math.sqrt(ofSome * ofOthers);
}

function percent(share: number): string {
  return `${writeNumber(Math.round(1000 * share) / 10)}%`;
}
