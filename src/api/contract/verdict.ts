import { Type, type Static } from 'typebox';
import { longestRequestId } from '../../domain/ids.js';
import { nullable } from './nullable.js';

const VerdictKind = Type.Enum(['harm', 'safe', 'undecided', 'unmeasurable']);

/** One check's answer now. Logarithms are natural; `37 : 1` is e to the power of `harm_log_e`. */
export const EvidenceBody = Type.Object({
  check: Type.String(),
  verdict: VerdictKind,
  harm_log_e: Type.Number({ description: 'Evidence for harm beyond the tolerance.' }),
  safe_log_e: nullable(Type.Number({ description: 'Evidence against harm beyond the gate.' })),
  weight: Type.Number({ description: "The check's part of alpha." }),
  estimate: nullable(
    Type.Object({
      unit: Type.String(),
      value: Type.Number(),
      low: nullable(Type.Number()),
      high: nullable(Type.Number()),
    }),
  ),
  samples: Type.Object({ stable: Type.Number(), canary: Type.Number() }),
  overdispersion: Type.Number({ description: 'The sample counts as samples divided by this.' }),
  approximate: Type.Boolean(),
  shown: Type.Record(Type.String(), Type.Number()),
  sentence: Type.String(),
});

/** What the judge says of both arms at this moment; valid however often it is asked. */
export const VerdictBody = Type.Object({
  model: Type.String(),
  verdict: VerdictKind,
  sentence: Type.String(),
  reasons: Type.Array(Type.String()),
  meter: Type.Number({ description: 'From −100 (roll back) to +100 (promote).' }),
  p: Type.Number({ description: 'Anytime-valid p-value of harm.' }),
  harm_log_e: Type.Number(),
  leans_to_harm: Type.Boolean(),
  may_promote: Type.Boolean(),
  missing: Type.Array(
    Type.Object({
      check: Type.String(),
      progress: Type.Number({ description: '0 to 1.' }),
      requests_needed: nullable(Type.Number()),
    }),
  ),
  requests_needed: nullable(Type.Number()),
  requests_needed_at_least: nullable(
    Type.Number({ description: 'Where a gate has no evidence yet: of the others.' }),
  ),
  requests: Type.Object({ stable: Type.Number(), canary: Type.Number() }),
  judged: Type.Object({ stable: Type.Number(), canary: Type.Number() }),
  split: Type.Object({
    intended: Type.Number(),
    seen: nullable(Type.Number({ description: 'null while no request was split.' })),
    wrong: Type.Boolean(),
  }),
  evidence: Type.Array(EvidenceBody),
  at: Type.String({ description: 'RFC 3339.' }),
});
export type VerdictBody = Static<typeof VerdictBody>;

export const FeedbackEntry = Type.Object(
  {
    request_id: Type.String({ minLength: 1, maxLength: longestRequestId }),
    label: Type.Optional(
      Type.Union([Type.String({ maxLength: 1000 }), Type.Number(), Type.Boolean()], {
        description: 'What was true.',
      }),
    ),
    score: Type.Optional(
      Type.Number({ description: 'How good the answer was; higher is better.' }),
    ),
  },
  { additionalProperties: false },
);

export const FeedbackRequest = Type.Union([
  FeedbackEntry,
  Type.Object(
    { feedback: Type.Array(FeedbackEntry, { minItems: 1, maxItems: 1000 }) },
    { additionalProperties: false },
  ),
]);

/** What became of each entry, in the order in which they were sent. */
export const FeedbackReply = Type.Object({
  counted: Type.Number(),
  outcomes: Type.Array(
    Type.Object({
      request_id: Type.String(),
      outcome: Type.Enum(['counted', 'known', 'unknown', 'refused'], {
        description:
          'counted; known: feedback on it was taken before; unknown: no such request, too long ' +
          'ago, or the canary is another one now; refused: see problem.',
      }),
      arm: nullable(Type.String()),
      problem: nullable(Type.String()),
    }),
  ),
});
