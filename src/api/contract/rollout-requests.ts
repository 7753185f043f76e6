import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';
import { rolloutFileText } from './rollout-file.js';
import { PlannedStepBody, PointBody } from './rollouts.js';

const why = Type.Optional(
  Type.String({ minLength: 1, maxLength: 1000, description: 'For the audit log.' }),
);

/** Of an address that names a rollout. */
export const RolloutParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });

/** Starts a rollout by the text of a rollout file. */
export const StartRolloutRequest = Type.Object(
  {
    yaml: rolloutFileText(),
    file: Type.Optional(Type.String({ maxLength: 4096, description: 'Its name, for errors.' })),
    why,
  },
  { additionalProperties: false },
);

export const CheckRolloutRequest = Type.Object(
  {
    yaml: rolloutFileText(),
    file: Type.Optional(Type.String({ maxLength: 4096 })),
    requests_per_second: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9 })),
  },
  { additionalProperties: false },
);

/** What a rollout file would do, or what is wrong with it. */
export const RolloutPreview = Type.Object({
  valid: Type.Boolean(),
  problems: Type.Array(
    Type.Object({
      line: nullable(Type.Integer()),
      column: nullable(Type.Integer()),
      message: Type.String(),
    }),
  ),
  sentences: Type.Array(Type.String()),
  warnings: Type.Array(Type.String()),
  gates: Type.Array(Type.String({ description: 'What must pass before any traffic.' })),
  steps: Type.Array(PlannedStepBody),
  at_least_ms: nullable(Type.Number()),
  at_most_ms: nullable(Type.Number()),
});
export type RolloutPreview = Static<typeof RolloutPreview>;

export const ActionRequest = Type.Object(
  {
    why,
    weight: Type.Optional(
      Type.Number({ minimum: 0, maximum: 100, description: 'Of `weight`, in percent.' }),
    ),
    from_step: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Of `advance`: the step that the caller saw.' }),
    ),
  },
  { additionalProperties: false },
);

/** A finished rollout, to be kept elsewhere or read by another Serin. */
export const RolloutExport = Type.Object(
  {
    serin: Type.Literal('rollout'),
    version: Type.Literal(1),
    id: Type.String({ minLength: 1, maxLength: 100 }),
    events: Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1 }),
    points: Type.Optional(Type.Array(PointBody)),
  },
  { additionalProperties: false },
);
export type RolloutExport = Static<typeof RolloutExport>;
