import { findNonFinite } from '../../../serving/protocols/non-finite.js';
import type { Finding } from '../../report/report.js';
import { skipped, type CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import { isFraction, type Filling } from '../inputs/fill.js';
import type { LiveContext } from '../live-context.js';
import { failureFinding } from './failure.js';

/** What a client may send by mistake, as a number that JSON or a binary tensor can carry. */
const mistakes: readonly { readonly name: string; readonly value: number }[] = [
  { name: 'NaN', value: NaN },
  { name: 'infinity', value: Infinity },
  { name: 'minus infinity', value: -Infinity },
];

/**
 * What NaN and infinities in an input do: an error or an answer that is not finite is noticed by
 * whoever asks, a finite answer hides them, and a process that dies takes others with it.
 */
export async function checkUnusual(context: LiveContext): Promise<CheckOutcome> {
  const { maker, settings, subject } = context;
  if (!settings.unusualInputs) return skipped('not part of this profile');
  if (maker === undefined) return skipped('no inputs that the model takes');
  const fractions = subject.signature.inputs.filter(({ datatype }) => isFraction(datatype));
  if (fractions.length === 0) return skipped('no input can hold NaN or infinity');
  const findings: Finding[] = [];
  const hidden: string[] = [];
  for (const { name } of fractions) {
    const tried = await tryInput(context, name);
    findings.push(...tried.findings);
    if (tried.hidden.length > 0) hidden.push(`${tried.hidden.join(', ')} in ${name}`);
  }
  if (hidden.length > 0) {
    findings.push(
      finding('nan-hidden', 'inputs that are no number get an ordinary answer', {
        expected: 'an error, or an answer that is not finite',
        found: `finite answers to ${hidden.join('; ')}`,
      }),
    );
  }
  return {
    detail: `NaN and infinities in ${fractions.map(({ name }) => name).join(', ')}`,
    findings,
  };
}

async function tryInput(context: LiveContext, input: string) {
  const { maker, model, randomFor } = context;
  const findings: Finding[] = [];
  const hidden: string[] = [];
  for (const { name, value } of mistakes) {
    const filling: Filling = { kind: 'constant', value };
    const asked = await model.ask(maker?.makeWith(input, filling, randomFor('unusual')) ?? []);
    if (asked.failure !== undefined) {
      const found = failureFinding(asked.failure, `${name} in ${input}`, () => undefined);
      if (found !== undefined) findings.push(found);
    } else if (findNonFinite(asked.outputs) === undefined) hidden.push(name);
  }
  return { findings, hidden };
}
