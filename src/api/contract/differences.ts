import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';

const noMore = { additionalProperties: false };

export const DifferencesRequest = Type.Object(
  {
    against: Type.Optional(
      Type.String({
        description: 'Another version of the model; what is stable where it is left out.',
      }),
    ),
  },
  noMore,
);

const RowAnswerBody = Type.Object({
  label: nullable(Type.String({ description: 'The class; null for a score.' })),
  numbers: Type.Array(Type.Number()),
});

/** Where two versions differ on the same rows. */
export const DifferencesBody = Type.Object({
  stable: Type.String({ description: 'The version that was compared with.' }),
  canary: Type.String(),
  compared: Type.Integer({ description: 'Rows that both answered.' }),
  rows: Type.Object(
    { golden: Type.Integer(), recorded: Type.Integer(), made_up: Type.Integer() },
    { description: 'Of them, by where they come from.' },
  ),
  failed: Type.Object({ stable: Type.Integer(), canary: Type.Integer() }),
  agreeing: nullable(Type.Integer({ description: 'Rows of the same class; null for scores.' })),
  changes: Type.Array(
    Type.Object({ stable: Type.String(), canary: Type.String(), rows: Type.Integer() }),
    { description: 'Rows whose class changed, the most frequent change first.' },
  ),
  distance: nullable(
    Type.Object(
      {
        mean: Type.Number(),
        median: Type.Number(),
        largest: Type.Number({ description: 'Without its sign.' }),
        exactly_equal: Type.Integer(),
        bins: Type.Array(
          Type.Object({ from: Type.Number(), to: Type.Number(), rows: Type.Integer() }),
        ),
      },
      { description: 'Canary minus stable; of several numbers a row, the one furthest apart.' },
    ),
  ),
  furthest: Type.Array(
    Type.Object({
      source: Type.Enum(['golden', 'recorded', 'made-up']),
      input: Type.Unknown(),
      stable: RowAnswerBody,
      canary: RowAnswerBody,
      apart: nullable(Type.Number()),
    }),
    { description: 'The rows that differ most.' },
  ),
});
export type DifferencesBody = Static<typeof DifferencesBody>;
