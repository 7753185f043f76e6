import type { Tensor } from '../../../domain/tensor.js';
import type { Finding } from '../../report/report.js';
import type { CheckOutcome } from '../check.js';
import type { Tolerance } from '../expectations.js';
import { finding } from '../finding.js';
import type { KnownPair } from '../golden/known-pair.js';
import type { LiveContext } from '../live-context.js';
import { classesOf } from './classes.js';
import { differenceOf } from './compare.js';
import { failureFinding } from './failure.js';

/** Rounding in another order of additions is within this; it is the default of golden rows. */
const usualTolerance: Tolerance = { absolute: 1e-4, relative: 1e-4 };

/** Whether the known answers come out: every number within its tolerance, and the same class. */
export async function checkGolden(context: LiveContext): Promise<CheckOutcome> {
  const { known } = context;
  if (known.length === 0) {
    return {
      detail: 'no golden rows',
      findings: [
        finding('golden-missing', 'no row whose answer is known', {
          expected: 'golden rows in model.yaml, or a file with --golden',
          found: 'neither',
        }),
      ],
    };
  }
  const findings: Finding[] = [];
  let right = 0;
  for (const pair of known) {
    const found = await checkPair(context, pair);
    if (found.length === 0) right += 1;
    findings.push(...found);
  }
  return { detail: `${right} of ${known.length} known answers came out`, findings };
}

async function checkPair(context: LiveContext, pair: KnownPair): Promise<Finding[]> {
  const asked = await context.model.ask(pair.inputs);
  if (asked.failure !== undefined) {
    const found = failureFinding(asked.failure, pair.name, (words) =>
      finding('golden-mismatch', `the model failed on ${pair.name}`, words),
    );
    return found === undefined ? [] : [found];
  }
  return pair.outputs.flatMap((expected) => {
    const output = asked.outputs.find(({ name }) => name === expected.name);
    if (output === undefined) return [];
    return [
      ...mismatch(context, pair, output, expected),
      ...classMismatch(context, pair, output, expected),
    ];
  });
}

function mismatch(
  { expectations }: LiveContext,
  pair: KnownPair,
  output: Tensor,
  expected: Tensor,
): Finding[] {
  const said = expectations.outputs[output.name];
  const saysSomething = said?.absolute !== undefined || said?.relative !== undefined;
  const unsaid =
    pair.absolute === undefined ? usualTolerance : { absolute: pair.absolute, relative: 0 };
  const tolerance = saysSomething
    ? { absolute: said.absolute ?? 0, relative: said.relative ?? 0 }
    : unsaid;
  const difference = differenceOf(output, expected, tolerance);
  if (difference === undefined) return [];
  return [finding('golden-mismatch', `${pair.name}: output ${output.name} differs`, difference)];
}

/** A class that changes matters more than the numbers that made it change. */
function classMismatch(
  { subject }: LiveContext,
  pair: KnownPair,
  output: Tensor,
  expected: Tensor,
): Finding[] {
  if (output.name !== subject.prediction.output) return [];
  const mine = classesOf(output, subject.prediction);
  const known = classesOf(expected, subject.prediction);
  if (mine === undefined || known === undefined || mine.length !== known.length) return [];
  const wrong = known.flatMap((label, row) => (label === mine[row] ? [] : [row]));
  const [first] = wrong;
  if (first === undefined) return [];
  const rows = known.length === 1 ? '' : ` (${wrong.length} of ${known.length} rows)`;
  return [
    finding('golden-class', `${pair.name}: another class`, {
      expected: known[first] ?? '',
      found: `${mine[first] ?? ''}${rows}`,
    }),
  ];
}
