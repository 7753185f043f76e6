import { formatShape, type Signature, type TensorSpec } from '../../../domain/signature.js';
import type { Finding } from '../../report/report.js';
import type { CheckOutcome, FileContext } from '../check.js';
import type { ExpectedValue } from '../expectations.js';
import { finding } from '../finding.js';
import { compareSignatures } from './compare-signatures.js';

type Side = 'input' | 'output';

/** Whether the model takes and gives what is expected, and what stable takes and gives. */
export function checkSignature({ subject, stable, expectations }: FileContext): CheckOutcome {
  const { signature } = subject;
  const findings = [
    ...unexpected('input', expectations.inputs, signature.inputs),
    ...unexpected('output', expectations.outputs, signature.outputs),
  ];
  const shown = formatSignature(signature);
  if (stable === undefined) return { detail: shown, findings };
  const { relation, differences } = compareSignatures(stable.signature, signature);
  const against: Finding[] = differences.map(({ breaking, title, expected, found }) =>
    finding(breaking ? 'signature-breaking' : 'signature-widened', title, { expected, found }),
  );
  return {
    detail: `${shown}; ${relationInWords[relation]}`,
    findings: [...findings, ...against, ...reorderedLabels(subject, stable)],
  };
}

const relationInWords = {
  identical: "identical to stable's",
  widened: "stable's, and more",
  breaking: "not compatible with stable's",
} as const;

function unexpected(
  side: Side,
  expected: Readonly<Record<string, ExpectedValue>>,
  specs: readonly TensorSpec[],
): Finding[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    // `--expect-input [None,2]` names no input: it means the only one.
    const spec =
      name === '' && specs.length === 1 ? specs[0] : specs.find((one) => one.name === name);
    if (spec === undefined) {
      return finding(
        'signature-unexpected',
        `there is no ${side} ${name || 'that is the only one'}`,
        {
          expected: `${side} ${inWords(name, wanted)}`,
          found: `${side}s ${specs.map((one) => one.name).join(', ')}`,
        },
      );
    }
    if (fits(spec, wanted)) return [];
    return finding('signature-unexpected', `${side} ${spec.name} is not as expected`, {
      expected: inWords(spec.name, { datatype: spec.datatype, shape: spec.shape, ...wanted }),
      found: formatSpec(spec),
    });
  });
}

/** `[None, 2]` means that the dimension may vary: a fixed one is something else. */
function fits({ datatype, shape }: TensorSpec, wanted: ExpectedValue): boolean {
  if (wanted.datatype !== undefined && wanted.datatype !== datatype) return false;
  const { shape: expected } = wanted;
  return (
    expected === undefined ||
    (expected.length === shape.length && expected.every((size, axis) => size === shape[axis]))
  );
}

function inWords(name: string, { datatype, shape }: ExpectedValue): string {
  const parts = [name, datatype ?? '', shape === undefined ? '' : formatShape(shape)];
  return parts.filter((part) => part !== '').join(' ');
}

function formatSpec({ name, datatype, shape }: TensorSpec): string {
  return `${name} ${datatype} ${formatShape(shape)}`;
}

function formatSignature({ inputs, outputs }: Signature): string {
  const listed = (specs: readonly TensorSpec[]): string =>
    specs.slice(0, 4).map(formatSpec).join(', ') +
    (specs.length > 4 ? ` and ${specs.length - 4} more` : '');
  return `${listed(inputs)} → ${listed(outputs)}`;
}

type Labelled = Pick<FileContext['subject'], 'prediction'>;

function reorderedLabels({ prediction }: Labelled, stable: Labelled): Finding[] {
  const mine = prediction.labels;
  const theirs = stable.prediction.labels;
  const isSame = mine.length !== theirs.length || mine.every((label, i) => label === theirs[i]);
  if (isSame || mine.some((label) => !theirs.includes(label))) return [];
  return [
    finding('labels-reordered', 'the classes are in another order than in stable', {
      expected: theirs.slice(0, 20).join(', '),
      found: mine.slice(0, 20).join(', '),
    }),
  ];
}
