import Type, { type TSchema } from 'typebox';
import { FeedbackMeasure } from '../domain/feedback.js';
import { choice, closed, quantity } from './schema-parts.js';
import { share } from './units.js';

const amount = Type.Number({
  title: 'a number from 0 to 1,000,000',
  description: 'In the unit of the measure.',
  minimum: 0,
  maximum: 1e6,
});

/** What the judge asks, and how much worse the canary may be. */
export const ChecksSchema = Type.Object(
  {
    alpha: Type.Optional(
      Type.Number({
        title: 'a probability above 0 and below 0.5',
        description:
          'The chance of ever rolling back a harmless canary, all checks together, however often anyone looks.',
        exclusiveMinimum: 0,
        exclusiveMaximum: 0.5,
      }),
    ),
    latency: check(
      {
        tolerance: Type.Optional(quantity(share, 'Of the mean.')),
        p95: Type.Optional(quantity(share, 'Of the 95th percentile.')),
        p99: Type.Optional(quantity(share, 'Of the 99th percentile.')),
      },
      'How much slower the canary may be.',
    ),
    errors: check(
      { tolerance: Type.Optional(quantity(share, 'In percentage points.')) },
      'How many more requests the canary may fail.',
    ),
    predictions: check(
      {
        drift: Type.Optional(
          Type.Number({
            title: 'a distance from 0 to 1',
            description: "Between the two arms' outputs: total variation.",
            minimum: 0,
            maximum: 1,
          }),
        ),
      },
      "How far the canary's predictions may differ.",
    ),
    agreement: check(
      {
        min: Type.Optional(quantity(share, 'The least share of equal answers.')),
        tolerance: Type.Optional(
          quantity(share, 'Scores that differ by no more are equal; 5% by default.'),
        ),
      },
      'Shadow only: the same input should give the same answer.',
    ),
    timeouts: check(
      {
        tolerance: Type.Optional(
          quantity(share, 'In percentage points; 0.1% by default. More than 1.25 times as many.'),
        ),
        gate: Type.Optional(gate('Whether that is excluded before promotion, as it is of errors.')),
      },
      'How many more requests the canary may leave without an answer in time; not asked by default, as each of them is an error as well.',
    ),
    feedback: check(
      {
        measure: Type.Optional(
          choice(
            Object.values(FeedbackMeasure),
            'What is compared: how often the label was right (accuracy, by default), −ln of the probability that it was given, a score that somebody gives, or how often one arm alone was wrong about an input of a shadow step.',
          ),
        ),
        tolerance: Type.Optional(
          Type.Union([quantity(share, 'Of accuracy and labelled pairs.'), amount], {
            title: 'a share such as 2%, or a plain number from 0 in the unit of the measure',
            description:
              'How much worse it may be: of accuracy in percentage points (2%), of labelled pairs how much more often (25%), of log-loss and score a plain number.',
          }),
        ),
        gate: Type.Optional(
          gate('Whether promotion waits until twice the tolerance is excluded; false by default.'),
        ),
      },
      'How much worse the canary may be by what is known afterwards.',
    ),
  },
  { ...closed, title: 'checks', description: 'What the judge asks all the time.' },
);

function check<T extends Record<string, TSchema>>(properties: T, description: string) {
  const keys = Object.keys(properties).join(', ');
  return Type.Optional(
    Type.Union([Type.Literal('off'), Type.Object(properties, closed)], {
      title: `off, or { ${keys} }`,
      description,
    }),
  );
}

function gate(description: string) {
  return Type.Boolean({ title: 'true or false', description });
}
