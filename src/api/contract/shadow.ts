import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';

const Payload = Type.Object({
  predictions: Type.Object(
    { stable: Type.Unknown(), canary: Type.Unknown() },
    { description: 'What the judge compared: a class or a score of the first row.' },
  ),
  inputs: Type.Unknown({ description: 'By their names, or the body as it was sent.' }),
  stable: Type.Unknown({ description: 'Outputs by their names, or the body.' }),
  canary: Type.Unknown({ description: 'Outputs by their names, or the body.' }),
});

const Disagreement = Type.Object({
  request_id: Type.String(),
  at: Type.String({ description: 'RFC 3339.' }),
  stable_version: Type.String(),
  canary_version: Type.String(),
  difference: nullable(
    Type.Object(
      { absolute: Type.Number(), relative: Type.Number() },
      { description: 'Of two numbers; null where the answers are classes.' },
    ),
  ),
  payload: nullable(Payload),
});

/** How far apart the two numbers were. */
const Apart = Type.Object({
  pairs: Type.Integer({ description: 'In which both gave a number.' }),
  mean_absolute: Type.Number(),
  largest_absolute: Type.Number(),
  mean_relative: Type.Number({ description: 'Of the larger of the two sizes: 0 to 2.' }),
  largest_relative: Type.Number(),
});

/** Both answers to the same request, compared request by request. */
export const PairedBody = Type.Object({
  latency: nullable(
    Type.Object(
      {
        pairs: Type.Integer({ description: 'That both answered.' }),
        ratio: Type.Number({
          description: "The canary's over stable's, typical: 1.1 is 10% slower.",
        }),
        low: nullable(
          Type.Number({ description: 'Holds at all times with 95%, together with high.' }),
        ),
        high: nullable(Type.Number()),
      },
      { description: 'null before the first pair that both answered.' },
    ),
  ),
  failures: Type.Object(
    {
      neither: Type.Integer(),
      only_stable: Type.Integer(),
      only_canary: Type.Integer(),
      both: Type.Integer(),
    },
    { description: 'Which of the two failed the same request.' },
  ),
  numbers: nullable(Apart),
});
export type PairedBody = Static<typeof PairedBody>;

/** What became of a model's copies, and examples of answers that differ. */
export const ShadowBody = Type.Object({
  model: Type.String(),
  percent: nullable(
    Type.Number({ description: "Of stable's requests that are copied; null: none are, now." }),
  ),
  in_flight: Type.Integer(),
  copies: Type.Object(
    {
      agreed: Type.Integer(),
      disagreed: Type.Integer(),
      incomparable: Type.Integer({
        description: 'Nothing in the answers could be compared, or stable had failed.',
      }),
      failed: Type.Integer({ description: 'The canary failed, or took too long.' }),
    },
    { description: 'Since the server started.' },
  ),
  paired: PairedBody,
  shed: Type.Record(Type.String(), Type.Integer(), {
    description: 'Copies that were drawn and not made, by the reason, since the server started.',
  }),
  keeps_payloads: Type.Boolean(),
  disagreements: Type.Array(Disagreement, {
    description: 'The newest first, then older ones that are furthest apart.',
  }),
});
export type ShadowBody = Static<typeof ShadowBody>;
