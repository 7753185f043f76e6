import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';
import { rolloutFileText } from './rollout-file.js';

const noMore = { additionalProperties: false };
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

/** What `serin plan` asks, for a page with sliders. Shares are from 0 to 1. */
export const PlanRequest = Type.Object(
  {
    requests_per_second: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e6,
      description: 'Of both arms.',
    }),
    error_rate: share('Of the requests, that fails today.'),
    latency_spread: Type.Number({
      minimum: 0.01,
      maximum: 3,
      default: 0.5,
      description: 'Standard deviation of the logarithm of the latency.',
    }),
    latency_ms: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1e9,
        description: "Stable's median (20), as some of what is tolerated is in milliseconds.",
      }),
    ),
    drift: Type.Optional(share('Of the predictions, that a bad canary would shift.')),
    slowdown: Type.Number({ minimum: 0, maximum: 10, description: '0.2: a fifth slower.' }),
    regressed_error_rate: share('Of the requests, that would fail with a bad canary.'),
    power: Type.Number({ minimum: 0.5, maximum: 0.99, default: 0.8 }),
    steps: Type.Optional(
      Type.Array(Type.Object({ share: share('Of the traffic, that the canary has.') }, noMore), {
        minItems: 1,
        maxItems: 8,
      }),
    ),
    yaml: Type.Optional(
      rolloutFileText(
        'A rollout file, whose steps and checks are planned where steps is left out.',
      ),
    ),
    tolerances: Type.Optional(
      Type.Object(
        {
          errors: Type.Optional(share('How many more requests may fail.')),
          latency: Type.Optional(
            Type.Number({ minimum: 0, maximum: 10, description: 'How much slower is tolerated.' }),
          ),
        },
        noMore,
      ),
    ),
  },
  noMore,
);
export type PlanRequest = Static<typeof PlanRequest>;

const Duration = nullable(
  Type.Object({ requests: Type.Number(), minutes: Type.Number() }, { description: 'null: never.' }),
);

export const PlanBody = Type.Object({
  steps: Type.Array(
    Type.Object({
      share: Type.Number(),
      hold: nullable(
        Type.Object(
          {
            min_ms: Type.Number(),
            max_ms: Type.Number(),
            requests: Type.Number({ description: 'Of the canary, at least.' }),
          },
          { description: 'As the file has it; null for steps without one.' },
        ),
      ),
      checks: Type.Array(
        Type.Object({
          check: Type.String(),
          find: Duration,
          find_never: Type.Optional(Type.String({ description: 'Why it is never found.' })),
          exclude: Type.Optional(Duration),
          exclude_never: Type.Optional(Type.String({ description: 'Why it never passes.' })),
        }),
      ),
      warnings: Type.Array(Type.String()),
    }),
  ),
  not_planned: Type.Array(Type.String(), {
    description: 'Checks of which nothing is known before there is traffic.',
  }),
  why_not_planned: Type.Record(Type.String(), Type.String(), {
    description: 'The reason, by check.',
  }),
});
export type PlanBody = Static<typeof PlanBody>;
