import type { Tensor } from '../../../domain/tensor.js';
import { skipped, type CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import type { LiveContext } from '../live-context.js';
import { differenceOf } from './compare.js';
import { failureFinding } from './failure.js';

/** Whether the same input gives the same answer, to the last bit. */
export async function checkRepeats(context: LiveContext): Promise<CheckOutcome> {
  const { model, known, maker, settings, randomFor } = context;
  const inputs = known[0]?.inputs ?? maker?.make({ kind: 'random', random: randomFor('repeats') });
  if (inputs === undefined) return skipped('no inputs that the model takes');
  let first: readonly Tensor[] | undefined;
  for (let i = 0; i < settings.repeats; i += 1) {
    const asked = await model.ask(inputs);
    if (asked.failure !== undefined) {
      const found = failureFinding(asked.failure, 'a repeated input', (words) =>
        first === undefined
          ? undefined
          : finding(
              'non-deterministic',
              'the model answers an input once, and then refuses it',
              words,
            ),
      );
      return { detail: 'the model failed', findings: found === undefined ? [] : [found] };
    }
    first ??= asked.outputs;
    const difference = asked.outputs.flatMap(
      (output, at) =>
        differenceOf(output, first?.[at] ?? output, { absolute: 0, relative: 0 }) ?? [],
    )[0];
    if (difference !== undefined) {
      return {
        detail: `${i + 1} runs of one input`,
        findings: [
          finding('non-deterministic', 'the same input gives another answer', {
            expected: `${difference.expected.replace(/, within .*$/, '')} again`,
            found: difference.found,
          }),
        ],
      };
    }
  }
  return { detail: `${settings.repeats} runs of one input, the same to the last bit` };
}
