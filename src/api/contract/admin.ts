import { Type, type Static } from 'typebox';
import { classicTests } from '../../analysis/classic/classic-tests.js';

/** Names the model; may be left out where there is one, or a default. */
const model = Type.Optional(Type.String({ description: 'Left out: the default model.' }));
const why = Type.Optional(Type.String({ maxLength: 1000, description: 'For the audit log.' }));
const noMore = { additionalProperties: false };

export const CanaryHealthQuery = Type.Object(
  {
    model,
    test: Type.Enum([...classicTests], { default: 'welch' }),
  },
  noMore,
);

export const AdminRequest = Type.Object({ model, why }, noMore);

export const DeployCanaryRequest = Type.Object(
  {
    model_path: Type.String({
      minLength: 1,
      maxLength: 4096,
      description: 'churn/2, a path inside the model roots, or http://host:port.',
    }),
    model,
    weight: Type.Optional(
      Type.Number({ minimum: 0, maximum: 100, description: 'Percent of traffic; 10 by default.' }),
    ),
    sticky: Type.Optional(
      Type.String({
        description: 'header:NAME, cookie:NAME or field:NAME keeps a user on one arm.',
      }),
    ),
    judging: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'How the canary is judged: alpha, checks with tolerances; see docs/reference/judge.md.',
      }),
    ),
    why,
  },
  noMore,
);
export type DeployCanaryRequest = Static<typeof DeployCanaryRequest>;

export const WeightRequest = Type.Object(
  { model, weight: Type.Number({ minimum: 0, maximum: 100 }), why },
  noMore,
);

export const AddedLatency = Type.Union([
  Type.Number({ minimum: 0, maximum: 60_000, description: 'Milliseconds, always the same.' }),
  Type.Object(
    {
      median_ms: Type.Number({ exclusiveMinimum: 0, maximum: 60_000 }),
      sigma: Type.Number({ minimum: 0, maximum: 3, description: 'Of the logarithm.' }),
    },
    { ...noMore, description: 'Log-normal.' },
  ),
]);

export const FaultRequest = Type.Object(
  {
    model,
    arm: Type.Union([Type.Literal('stable'), Type.Literal('canary')]),
    latency_ms: Type.Optional(AddedLatency),
    error_share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    wrong_output_share: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    non_finite_share: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: 'Floating-point outputs become NaN.' }),
    ),
    memory_mib_per_second: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 1024,
        description:
          "What the arm's runner process takes each second and does not give back, until it is asked without it.",
      }),
    ),
    crash: Type.Optional(Type.Boolean({ description: 'Kills the runner process once, now.' })),
    why,
  },
  noMore,
);
export type FaultRequest = Static<typeof FaultRequest>;

export const PowerQuery = Type.Object(
  {
    effect_size: Type.Number({ exclusiveMinimum: 0, description: "Cohen's d." }),
    alpha: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.05 }),
    power: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1, default: 0.8 }),
  },
  noMore,
);
