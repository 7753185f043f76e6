import type { Tensor } from '../../../domain/tensor.js';
import { findNonFinite } from '../../../serving/protocols/non-finite.js';
import type { Finding } from '../../report/report.js';
import { skipped, type CheckOutcome } from '../check.js';
import { finding } from '../finding.js';
import type { Filling } from '../inputs/fill.js';
import type { LiveContext } from '../live-context.js';
import { notDeclared } from './declared-shapes.js';
import { timeBudget } from '../time-budget.js';
import { failureFinding } from './failure.js';
import { numbersOf, placeOf } from './numbers.js';

interface Trial {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  /** Whether such inputs are usual, so that an answer that is not finite is an error. */
  readonly usual: boolean;
  /** Whether there are others like it, so that it may be left out when time is up. */
  readonly isOneOfMany: boolean;
}

/** At most this many findings of one kind are shown: the others say the same. */
const mostShown = 3;

/**
 * Whether outputs are finite, and within their range, on golden rows, recorded rows, at the
 * boundaries of the inputs and on random ones.
 */
export async function checkFinite(context: LiveContext): Promise<CheckOutcome> {
  const trials = trialsOf(context);
  if (trials.length === 0) return skipped('no inputs that the model takes');
  const findings: Finding[] = [];
  let answered = 0;
  let tried = 0;
  const isTimeUp = timeBudget(context.settings.checkMs);
  for (const trial of trials) {
    // Known rows and the boundaries come first, and are worth any time.
    if (trial.isOneOfMany && isTimeUp()) break;
    tried += 1;
    const found = await tryOne(context, trial);
    if (found.answered) answered += 1;
    findings.push(...found.findings);
  }
  const refused = findings.filter(({ code }) => code === 'input-refused').length;
  return {
    detail:
      `${answered} of ${tried} inputs answered: known, boundary and random ones` +
      (refused === 0 ? '' : `; ${refused} refused`),
    findings: firstOfEach(findings),
  };
}

function trialsOf({ maker, known, recorded, settings, randomFor }: LiveContext): Trial[] {
  const given: Trial[] = known.map(({ name, inputs }) => ({
    name,
    inputs,
    usual: true,
    isOneOfMany: false,
  }));
  const rows: Trial[] = recorded.slice(0, settings.agreementRows).map((inputs, i) => ({
    name: `recorded row ${i + 1}`,
    inputs,
    usual: true,
    isOneOfMany: true,
  }));
  if (maker === undefined) return [...given, ...rows];
  const random = randomFor('finite');
  const made = (name: string, filling: Filling, usual = true): Trial => ({
    name,
    inputs: maker.make(filling),
    usual,
    isOneOfMany: filling.kind === 'random',
  });
  const constant = (value: number): Filling => ({ kind: 'constant', value });
  return [
    ...given,
    made('inputs of zeros', constant(0)),
    made('inputs of ones', constant(1)),
    made('inputs of -1', constant(-1)),
    // Where a range was given, these are the ends of it, and an answer is owed to them.
    made(
      maker.isBounded ? 'the smallest inputs' : 'inputs of -1e6',
      constant(-1e6),
      maker.isBounded,
    ),
    made(maker.isBounded ? 'the largest inputs' : 'inputs of 1e6', constant(1e6), maker.isBounded),
    ...rows,
    ...Array.from({ length: settings.randomRows }, (_, i) =>
      made(`random inputs ${i + 1}`, { kind: 'random', random }),
    ),
  ];
}

async function tryOne(
  context: LiveContext,
  { name, inputs, usual }: Trial,
): Promise<{ answered: boolean; findings: Finding[] }> {
  const asked = await context.model.ask(inputs);
  if (asked.failure !== undefined) {
    const found = failureFinding(asked.failure, name, (words) =>
      finding('input-refused', `the model failed on ${name}`, words),
    );
    return { answered: false, findings: found === undefined ? [] : [found] };
  }
  const { outputs } = asked;
  const bad = findNonFinite(outputs);
  const otherShapes = notDeclared(context, outputs, name);
  if (bad === undefined) {
    return { answered: true, findings: [...otherShapes, ...outOfRange(context, outputs, name)] };
  }
  const alsoStable = usual && (await isNonFiniteInStable(context, inputs));
  const code = usual && !alsoStable ? 'not-finite' : 'not-finite-far-out';
  return {
    answered: true,
    findings: [
      ...otherShapes,
      finding(code, `output ${bad.output} is not finite on ${name}`, {
        expected: 'finite numbers',
        found: `${firstBad(outputs, bad.output)}${alsoStable ? ', as stable has it' : ''}`,
      }),
    ],
  };
}

async function isNonFiniteInStable(
  { stableModel }: LiveContext,
  inputs: readonly Tensor[],
): Promise<boolean> {
  if (stableModel === undefined) return false;
  const asked = await stableModel.ask(inputs);
  return asked.failure === undefined && findNonFinite(asked.outputs) !== undefined;
}

function firstBad(outputs: readonly Tensor[], name: string): string {
  const output = outputs.find((one) => one.name === name);
  const numbers = output === undefined ? undefined : numbersOf(output);
  const index = numbers?.findIndex((value) => !Number.isFinite(value)) ?? -1;
  if (output === undefined || numbers === undefined || index === -1) return 'another number';
  return `${placeOf(output, index)} = ${numbers[index] ?? ''}`;
}

function outOfRange(
  { expectations, subject }: LiveContext,
  outputs: readonly Tensor[],
  on: string,
): Finding[] {
  return outputs.flatMap((output) => {
    const isProbability =
      subject.prediction.kind === 'probability' && subject.prediction.output === output.name;
    const said = expectations.outputs[output.name];
    const min = said?.min ?? (isProbability ? 0 : -Infinity);
    const max = said?.max ?? (isProbability ? 1 : Infinity);
    // A rounding error of the last sum is no mistake of the model.
    const margin = 1e-6 * Math.max(1, Math.abs(min), Math.abs(max));
    const slack = Number.isFinite(margin) ? margin : 1e-6;
    const numbers = numbersOf(output);
    const index = numbers?.findIndex((value) => value < min - slack || value > max + slack) ?? -1;
    if (numbers === undefined || index === -1) return [];
    return [
      finding('output-out-of-range', `output ${output.name} is out of its range on ${on}`, {
        expected: `from ${min} to ${max}`,
        found: `${placeOf(output, index)} = ${numbers[index] ?? ''}`,
      }),
    ];
  });
}

function firstOfEach(findings: readonly Finding[]): Finding[] {
  const counts = new Map<string, number>();
  return findings.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= mostShown;
  });
}
