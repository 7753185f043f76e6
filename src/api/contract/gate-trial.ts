import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';
import { ReportBody } from './report.js';
import { rolloutFileText } from './rollout-file.js';

export const TryGatesRequest = Type.Object(
  {
    yaml: rolloutFileText(),
    file: Type.Optional(Type.String({ maxLength: 4096, description: 'Its name, for errors.' })),
  },
  { additionalProperties: false },
);

/** How far one gate of a rollout file has come: one line of the answer, whenever that changes. */
export const TriedGateBody = Type.Object({
  index: Type.Integer({ description: 'In the order of the file, from 0.' }),
  name: Type.String(),
  state: Type.Enum(['waiting', 'running', 'passed', 'failed', 'at-start'], {
    description: 'at-start: outside this server; it is asked when the rollout begins.',
  }),
  words: Type.String({ description: 'What it does now, or what it answered.' }),
  done: Type.Number({ description: '0 to 1.' }),
  report: nullable(ReportBody),
});
export type TriedGateBody = Static<typeof TriedGateBody>;

/** The last line where the gates could not be tried to their end. */
export const TrialProblem = Type.Object({ problem: Type.String() });
export type TrialProblem = Static<typeof TrialProblem>;
