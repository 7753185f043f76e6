import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';
import { PairedBody } from './shadow.js';
import { VerdictBody } from './verdict.js';

const time = (description: string) => Type.String({ description: `${description}; RFC 3339.` });

/** The phases, with what each means: docs/design/rollout-machine.md. */
export const PhaseKind = Type.Enum([
  'preparing',
  'shadowing',
  'progressing',
  'at-gate',
  'paused',
  'holding-back',
  'promoting',
  'promoted',
  'rolling-back',
  'rolled-back',
  'failed',
  'aborted',
]);

/** What a person can ask of a rollout; the last word of the address that it is posted to. */
export const ActionName = Type.Enum([
  'pause',
  'resume',
  'advance',
  'weight',
  'promote',
  'rollback',
  'abort',
  'retry',
]);
export type ActionName = Static<typeof ActionName>;

/** One action, and why it cannot be done now. */
export const Action = Type.Object({
  name: ActionName,
  possible: Type.Boolean(),
  why_not: nullable(Type.String()),
});

/** One step of the strategy. */
export const PlannedStepBody = Type.Object({
  kind: Type.Enum(['shadow', 'weight', 'pause', 'gate']),
  title: Type.String({ description: 'In a few words: "25%", "shadow", "gate validate".' }),
  percent: nullable(Type.Number({ description: 'Of the traffic, or of what is copied.' })),
  hold: nullable(
    Type.Object({
      min_ms: Type.Number(),
      max_ms: Type.Number(),
      requests: Type.Number({ description: 'Of the canary, at least.' }),
    }),
  ),
  on_undecided: nullable(Type.Enum(['pause', 'promote', 'rollback'])),
});

/** The same, and where it stands. */
export const StepBody = Type.Object({
  ...PlannedStepBody.properties,
  state: Type.Enum(['done', 'current', 'coming']),
});

/** How a rollout ended, or that it goes on, to ask for some of them. */
export const OutcomeFilter = Type.Enum([
  'going-on',
  'promoted',
  'rolled-back',
  'failed',
  'aborted',
]);

export const RolloutListQuery = Type.Object({
  model: Type.Optional(Type.String()),
  outcome: Type.Optional(OutcomeFilter),
  before: Type.Optional(
    Type.String({ description: 'Only what began before the rollout of this id.' }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 50 }),
});
export type RolloutListQuery = Static<typeof RolloutListQuery>;

/** A rollout in short. */
export const RolloutSummary = Type.Object({
  id: Type.String(),
  model: Type.String(),
  stable: Type.String({ description: 'Version name, or address.' }),
  canary: Type.String({ description: 'Version name, or address.' }),
  phase: PhaseKind,
  sentence: Type.String({ description: 'What it is doing, or how it ended and why.' }),
  outcome: nullable(
    Type.Enum(['promoted', 'rolled-back', 'failed', 'aborted'], {
      description: 'null while it goes on.',
    }),
  ),
  step: Type.Integer({
    description: 'From 0; −1 before the first; the number of steps after all.',
  }),
  steps: Type.Integer(),
  weight: Type.Number({ description: 'Percent of traffic that the canary has.' }),
  meter: nullable(Type.Number({ description: 'From −100 (roll back) to +100 (promote).' })),
  waits_for: nullable(Type.String({ description: 'null when it has ended.' })),
  time_left: nullable(
    Type.Object(
      {
        at_least_ms: Type.Number(),
        at_most_ms: Type.Number(),
      },
      {
        description:
          'To the end of the last step, at the present traffic, without pauses and gates.',
      },
    ),
  ),
  started_at: time('When it was started'),
  changed_at: time('When it last changed'),
  ended_at: nullable(Type.String()),
  started_by: Type.String(),
  by: nullable(Type.String({ description: 'Who or what brought it into its phase.' })),
});
export type RolloutSummary = Static<typeof RolloutSummary>;

export const RolloutList = Type.Object({
  rollouts: Type.Array(RolloutSummary),
  older: nullable(
    Type.String({ description: 'To be sent as `before` for the page before; null: that is all.' }),
  ),
});
export type RolloutList = Static<typeof RolloutList>;

/** One arm's requests and latencies. */
export const ArmNumbers = Type.Object({
  requests: Type.Number(),
  errors: Type.Number(),
  p50_ms: nullable(Type.Number()),
  p95_ms: nullable(Type.Number()),
  p99_ms: nullable(Type.Number()),
});
export type ArmNumbers = Static<typeof ArmNumbers>;

/** How the predictions of both arms are spread, in the current step: shares that sum to 1 an arm. */
export const PredictionsBody = Type.Object({
  kind: Type.Enum(['class', 'score']),
  bins: Type.Array(
    Type.Object({
      label: Type.String({ description: 'The class, or the range of the score.' }),
      stable: Type.Number(),
      canary: Type.Number(),
    }),
  ),
});

/** Copies of requests in the shadow steps; `paired` is null where an older Serin measured. */
export const ShadowBody = Type.Object({
  pairs: Type.Number(),
  agreeing: Type.Number(),
  disagreeing: Type.Number(),
  failed: Type.Number({ description: 'Copies that the canary did not answer.' }),
  shed: Type.Number({ description: 'Copies that were not made, as there was too much to do.' }),
  paired: nullable(PairedBody),
});

/**
 * Everything about one rollout, as it stands. What is measured (arms, verdict, predictions, shadow)
 * is null while nothing is; of a rollout that has ended it is what was seen last of both arms.
 */
export const RolloutBody = Type.Object({
  ...RolloutSummary.properties,
  sequence: Type.Integer({ description: 'Of its newest event.' }),
  attempt: Type.Integer(),
  why: Type.String({ description: 'Why it was started.' }),
  step_since: nullable(Type.String({ description: 'When the hold began; RFC 3339.' })),
  warm_until: nullable(
    Type.String({ description: 'Until then one command goes back to the version before.' }),
  ),
  plan: Type.Array(StepBody),
  gates: Type.Array(
    Type.Object({
      name: Type.String(),
      state: Type.Enum(['passed', 'failed', 'running', 'coming', 'not-asked'], {
        description: 'not-asked: the rollout ended before.',
      }),
      reason: nullable(Type.String()),
      report: nullable(
        Type.String({
          description:
            'Where its report is, where it made one; of validate also where the canary could not be loaded.',
        }),
      ),
    }),
  ),
  actions: Type.Array(Action),
  arms: nullable(Type.Object({ stable: ArmNumbers, canary: ArmNumbers })),
  verdict: nullable(VerdictBody),
  predictions: nullable(PredictionsBody),
  shadow: nullable(ShadowBody),
  strategy: Type.Unknown({ description: 'As it was started; docs/reference/serin-yaml.md.' }),
});
export type RolloutBody = Static<typeof RolloutBody>;

/** One thing that happened to a rollout: the audit log. */
export const RolloutEventBody = Type.Object({
  sequence: Type.Integer(),
  at: time('When'),
  type: Type.String(),
  sentence: Type.String(),
  by: nullable(Type.String()),
  why: nullable(Type.String()),
  phase: PhaseKind,
  weight: Type.Number(),
  particulars: Type.Unknown(),
});
export type RolloutEventBody = Static<typeof RolloutEventBody>;
export const RolloutEvents = Type.Object({ events: Type.Array(RolloutEventBody) });
export type RolloutEvents = Static<typeof RolloutEvents>;

/** What both arms did in a stretch of time, and what the judge said at its end. */
export const PointBody = Type.Object({
  at: Type.Number({ description: 'Milliseconds since 1970: the end of the stretch.' }),
  for_ms: Type.Number({ description: 'How long the stretch was.' }),
  step: Type.Integer(),
  weight: Type.Number(),
  stable: ArmNumbers,
  canary: ArmNumbers,
  verdict: Type.String(),
  meter: Type.Number(),
  harm_log_e: Type.Number(),
  seen_share: nullable(Type.Number({ description: "The canary's part of the requests, 0 to 1." })),
  checks: Type.Array(
    Type.Object({
      check: Type.String(),
      unit: nullable(Type.String()),
      value: nullable(Type.Number()),
      low: nullable(Type.Number()),
      high: nullable(Type.Number()),
      harm_log_e: Type.Number(),
      safe_log_e: nullable(Type.Number()),
    }),
  ),
});
export type PointBody = Static<typeof PointBody>;

/** The evidence over time: at most some hundred points, the whole rollout long. */
export const EvidenceOverTime = Type.Object({
  points: Type.Array(PointBody),
  lines: Type.Array(
    Type.Object({
      check: Type.String(),
      unit: nullable(Type.String()),
      tolerance: nullable(
        Type.Number({
          description:
            'What is beyond this harms; null where it follows stable: `shown.harmAbove` of the evidence.',
        }),
      ),
      gate: nullable(
        Type.Number({
          description:
            'What must be excluded before promotion; null where none is asked for, where it follows stable (`shown.safeBelow` of the evidence), and where it is counted otherwise than the estimate (p95, p99).',
        }),
      ),
      worse: Type.Enum(['above', 'below'], {
        description: 'On which side of the tolerance harm lies.',
      }),
    }),
  ),
  alpha: Type.Number(),
});
export type EvidenceOverTime = Static<typeof EvidenceOverTime>;

export const DisagreementBody = Type.Object({
  request_id: Type.String(),
  at: time('When'),
  difference: nullable(Type.Number()),
  input: Type.Unknown(),
  stable: Type.Unknown(),
  canary: Type.Unknown(),
});
export const Disagreements = Type.Object({ disagreements: Type.Array(DisagreementBody) });
export type Disagreements = Static<typeof Disagreements>;
