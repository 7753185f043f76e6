import Type from 'typebox';
import { OnUndecided } from '../rollout/strategy/step.js';
import { GateOfStep } from './gates/schema.js';
import { choice, closed, exactlyOne, quantity } from './schema-parts.js';
import { share, time } from './units.js';

/** The judge remembers a KiB of each step and arm, and weighs them all at each look. */
const mostSteps = 50;

/** How long a step holds. */
export const HoldSchema = Type.Object(
  {
    min: Type.Optional(quantity(time, 'The step takes at least so long.')),
    max: Type.Optional(quantity(time, 'After so long, onUndecided decides.')),
    requests: Type.Optional(
      Type.Integer({
        title: 'a whole number of requests from 0',
        description: 'The canary answers at least so many requests.',
        minimum: 0,
        maximum: 1e9,
      }),
    ),
  },
  { ...closed, title: '{ min: time, max: time, requests: number }' },
);

const Step = Type.Object(
  {
    shadow: Type.Optional(
      Type.Object(
        {
          requests: Type.Integer({
            title: 'a whole number of requests from 1',
            description: 'The canary is shown at least so many.',
            minimum: 1,
            maximum: 1e9,
          }),
          percent: Type.Optional(
            quantity(share, 'The share of requests that is copied; all by default.'),
          ),
        },
        {
          ...closed,
          title: '{ requests: number }',
          description: 'The canary is sent copies of requests, and no user sees its answers.',
        },
      ),
    ),
    weight: Type.Optional(
      Type.Number({
        title: 'a weight: a number above 0, at most 100, without a unit',
        description: 'The percentage of traffic that the canary takes; fractions are allowed.',
        exclusiveMinimum: 0,
        maximum: 100,
      }),
    ),
    pause: Type.Optional(
      Type.String({
        title: 'what the person who continues should look at, in words',
        description: 'Waits for a person.',
        minLength: 1,
        maxLength: 1000,
      }),
    ),
    gate: Type.Optional(GateOfStep),
    hold: Type.Optional(HoldSchema),
    onUndecided: Type.Optional(
      choice(Object.values(OnUndecided), 'For this step only; see onUndecided.'),
    ),
  },
  {
    ...closed,
    ...exactlyOne('shadow', 'weight', 'pause', 'gate'),
    title: 'a step: one of shadow, weight, pause, gate',
  },
);

/** The way to 100%. */
export const StepsSchema = Type.Array(Step, {
  title: `a list of 1 to ${mostSteps} steps`,
  description: 'The way to 100%; by default 10, 25, 50, 75, 100.',
  minItems: 1,
  maxItems: mostSteps,
});
