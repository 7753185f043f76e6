import path from 'node:path';
import { SerinError } from '../../../domain/errors.js';
import type { Tensor } from '../../../domain/tensor.js';
import type { Finding } from '../../report/report.js';
import type { CheckOutcome } from '../check.js';
import { failureFinding } from '../answers/failure.js';
import { finding } from '../finding.js';
import type { KnownPair } from '../golden/known-pair.js';
import { fromGoldenRow } from '../golden/model-yaml-rows.js';
import type { LiveContext } from '../live-context.js';
import type { ApartReader } from '../reading/read-apart.js';
import { findInputs } from './input-maker.js';

export interface PreparedInputs {
  readonly outcome: CheckOutcome;
  readonly inputs: Pick<LiveContext, 'maker' | 'known' | 'recorded'>;
}

/** Reads golden pairs and recorded rows, and looks for inputs that the model answers. */
export async function prepareInputs(
  context: LiveContext,
  reader: Pick<ApartReader, 'pairs' | 'rows'>,
): Promise<PreparedInputs> {
  const { subject, expectations, model, randomFor } = context;
  const findings: Finding[] = [];
  const known = fromModelYaml(context, findings);
  for (const name of expectations.golden) {
    known.push(...(await orFinding(findings, name, () => reader.pairs(subject, name))));
  }
  const { rows } = expectations;
  const recorded: readonly (readonly Tensor[])[] =
    rows === undefined ? [] : await orFinding(findings, rows, () => reader.rows(subject, rows));
  const given = [...known.map(({ inputs }) => inputs), ...recorded];
  const found = await findInputs(model, context, randomFor('inputs'), given);
  const sources = [
    ...(known.length === 0 ? [] : [`${known.length} golden`]),
    ...(recorded.length === 0 ? [] : [`${recorded.length} recorded`]),
  ];
  if ('maker' in found) {
    return {
      outcome: {
        detail: [...sources, `made up: ${found.maker.inWords()}`].join(', '),
        findings,
      },
      inputs: { maker: found.maker, known, recorded },
    };
  }
  const failure = failureFinding(found.failure, 'made-up inputs', (words) =>
    given.length > 0
      ? finding('input-refused', 'the model refuses what is made up for it', words)
      : finding('never-answered', `the model refused all ${found.tried} kinds of inputs`, words),
  );
  return {
    outcome: {
      detail: [...sources, 'none that could be made up'].join(', '),
      findings: [...findings, ...(failure === undefined ? [] : [failure])],
    },
    inputs: { maker: undefined, known, recorded },
  };
}

function fromModelYaml({ subject }: LiveContext, findings: Finding[]): KnownPair[] {
  return subject.golden.flatMap((row, index) => {
    try {
      return [fromGoldenRow(row, subject.signature, `golden row ${index + 1} of model.yaml`)];
    } catch (thrown) {
      findings.push(unreadable(thrown, `golden row ${index + 1} of model.yaml`));
      return [];
    }
  });
}

/** What is read of a file; nothing, and a finding, where it cannot be used. */
async function orFinding<T>(
  findings: Finding[],
  file: string,
  read: () => Promise<readonly T[]>,
): Promise<readonly T[]> {
  try {
    return await read();
  } catch (thrown) {
    findings.push(unreadable(thrown, path.basename(file)));
    return [];
  }
}

/** @throws what is no error of whoever wrote the file */
function unreadable(thrown: unknown, where: string): Finding {
  if (!(thrown instanceof SerinError)) throw thrown;
  const { expected, found } = thrown.words;
  return finding('golden-invalid', `${where} cannot be used`, {
    expected: expected ?? 'golden pairs or rows that fit the model',
    found: found ?? thrown.message,
  });
}
