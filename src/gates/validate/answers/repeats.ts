import type { Tensor } from '../../../domain/tensor.js';
import type { Finding } from '../../report/report.js';
import { skipped, type CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import type { Filling } from '../inputs/fill.js';
import type { LiveContext } from '../live-context.js';
import { timeBudget } from '../time-budget.js';
import { differenceOf } from './compare.js';
import { failureFinding } from './failure.js';

/** Of the inputs whose answers are known: the others are as likely to show it. */
const mostKnown = 3;
const randomInputs = 3;

/**
 * Whether the same input gives the same answer, to the last bit: known inputs, the boundaries and
 * random ones, as a model may be of two minds about some of them only.
 */
export async function checkRepeats(context: LiveContext): Promise<CheckOutcome> {
  const { repeats, checkMs } = context.settings;
  const inputs = inputsOf(context);
  if (inputs.length === 0) return skipped('no inputs that the model takes');
  const isTimeUp = timeBudget(checkMs);
  let tried = 0;
  for (const one of inputs) {
    // The first is worth any time.
    if (tried > 0 && isTimeUp()) break;
    tried += 1;
    const found = await repeat(context, one);
    if (found !== undefined) return { detail: `of input ${tried}`, findings: [found] };
  }
  return {
    detail: `${repeats} runs of each of ${tried} inputs, the same to the last bit`,
  };
}

function inputsOf({ maker, known, randomFor }: LiveContext): (readonly Tensor[])[] {
  const given = known.slice(0, mostKnown).map(({ inputs }) => inputs);
  if (maker === undefined) return given;
  const random = randomFor('repeats');
  const fillings: readonly Filling[] = [
    ...Array.from({ length: randomInputs }, () => ({ kind: 'random', random }) as const),
    // The ends of a range are inputs that an answer is owed to; such numbers alone are not.
    ...[0, 1, -1, ...(maker.isBounded ? [-1e6, 1e6] : [])].map(
      (value) => ({ kind: 'constant', value }) as const,
    ),
  ];
  return [...given, ...fillings.map((filling) => maker.make(filling))];
}

/** What is wrong with the answers to one input that is asked again and again. */
async function repeat(
  { model, settings }: LiveContext,
  inputs: readonly Tensor[],
): Promise<Finding | undefined> {
  let first: readonly Tensor[] | undefined;
  for (let i = 0; i < settings.repeats; i += 1) {
    const asked = await model.ask(inputs);
    if (asked.failure !== undefined) {
      const refusedLater = first !== undefined;
      return failureFinding(asked.failure, 'a repeated input', (words) =>
        refusedLater
          ? finding(
              'non-deterministic',
              'the model answers an input once, and then refuses it',
              words,
            )
          : undefined,
      );
    }
    first ??= asked.outputs;
    const difference = asked.outputs.flatMap(
      (output, at) =>
        differenceOf(output, first?.[at] ?? output, { absolute: 0, relative: 0 }) ?? [],
    )[0];
    if (difference !== undefined) {
      return finding('non-deterministic', 'the same input gives another answer', {
        expected: `${difference.expected.replace(/, within .*$/, '')} again`,
        found: difference.found,
      });
    }
  }
  return undefined;
}
