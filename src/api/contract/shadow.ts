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
      incomparable: Type.Integer({ description: 'Nothing in the answers could be compared.' }),
      failed: Type.Integer({ description: 'The canary failed, or took too long.' }),
    },
    { description: 'Since the server started.' },
  ),
  shed: Type.Record(Type.String(), Type.Integer(), {
    description: 'Copies that were drawn and not made, by the reason, since the server started.',
  }),
  keeps_payloads: Type.Boolean(),
  disagreements: Type.Array(Disagreement, {
    description: 'The newest first, then older ones that are furthest apart.',
  }),
});
export type ShadowBody = Static<typeof ShadowBody>;
