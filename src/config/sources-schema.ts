import Type, { type Static } from 'typebox';
import type { SourceSettings } from '../rollout/strategy/sources.js';
import { closed, quantity } from './schema-parts.js';
import { percent, share } from './units.js';

const Query = (description: string) =>
  Type.String({ title: 'a PromQL query', description, minLength: 1, maxLength: 4096 });

const Health = Type.Object(
  {
    path: Type.Optional(
      Type.String({
        title: 'a path, such as /health',
        description: 'Of each arm by itself; /health by default.',
        pattern: '^/[^\\s]*$',
        maxLength: 2048,
      }),
    ),
    errorRate: Type.Optional(
      Type.String({
        title: 'where the percentage is in the answer, such as .error_rate',
        description: '.error_rate by default.',
        pattern: '^\\.',
        maxLength: 200,
      }),
    ),
    above: Type.Optional(
      quantity(share, 'A canary above it, and above stable, is rolled back; 5% by default.'),
    ),
  },
  {
    ...closed,
    title: '{ path, errorRate, above }',
    description: 'The percentage of errors that each arm reports of itself.',
  },
);

const Prometheus = Type.Object(
  {
    url: Type.String({
      title: 'an http or https address',
      pattern: '^https?://[^\\s/?#]+[^\\s]*$',
    }),
    stable: Query("That gives stable's number."),
    canary: Query("That gives the canary's."),
    above: Type.Number({
      title: 'a number',
      description: 'A canary above it, and above stable, is rolled back.',
    }),
    of: Type.Optional(Type.String({ title: 'what the number is, in a word', maxLength: 100 })),
    unit: Type.Optional(Type.String({ title: 'what stands behind the number', maxLength: 20 })),
  },
  {
    ...closed,
    title: '{ url, stable: query, canary: query, above: number }',
    description: 'A number of each arm that Prometheus knows.',
  },
);

/** `sources`: what is asked beside the requests themselves. */
export const SourcesSchema = Type.Object(
  { health: Type.Optional(Health), prometheus: Type.Optional(Prometheus) },
  {
    ...closed,
    title: '{ health: …, prometheus: … }',
    description:
      'What is asked beside the requests themselves; it can only speak against a canary.',
  },
);

/** `sources`, with every default filled in. */
export function toSourceSettings(sources: Static<typeof SourcesSchema>): SourceSettings {
  const { health, prometheus } = sources;
  return {
    ...(health === undefined
      ? {}
      : {
          health: {
            path: health.path ?? '/health',
            errorRate: health.errorRate ?? '.error_rate',
            above: percent.read(health.above ?? '5%'),
          },
        }),
    ...(prometheus === undefined ? {} : { prometheus: toPrometheus(prometheus) }),
  };
}

function toPrometheus({
  stable,
  canary,
  ...same
}: Static<typeof Prometheus>): NonNullable<SourceSettings['prometheus']> {
  return { ...same, queries: { stable, canary } };
}
