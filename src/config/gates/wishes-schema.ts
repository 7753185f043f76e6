import Type, { type Static, type TSchema } from 'typebox';
import { profiles } from '../../gates/validate/profile.js';
import { choice, closed, quantity } from '../schema-parts.js';
import { share, size, time } from '../units.js';
import { rateForm, thinkForm } from '../../gates/loadtest/load-forms.js';

/*
 * What may be asked of Serin's own gates: in serin.yaml and, in the same words, by the API.
 */

const times = (description: string) =>
  Type.Optional(Type.Number({ title: 'a number above 0', description, exclusiveMinimum: 0 }));

const limit = (unit: Parameters<typeof quantity>[0], description: string) =>
  Type.Optional(quantity(unit, description));

const seed = Type.Optional(
  Type.Integer({
    title: 'a whole number from 0',
    description: 'The same seed makes up the same inputs.',
    minimum: 0,
    maximum: 2 ** 31,
  }),
);

const wantedValue = {
  datatype: Type.Optional(
    Type.String({ title: 'a datatype, as FP32', description: 'Of the protocol, NumPy or ONNX.' }),
  ),
  shape: Type.Optional(
    Type.Array(
      Type.Union([Type.Integer({ minimum: -1 }), Type.String(), Type.Null()], {
        title: 'a size, or None, a name, -1 or null for one that may vary',
      }),
      { title: 'a list of dimensions, as [None, 2]', description: 'As [None, 2].', maxItems: 32 },
    ),
  ),
  min: Type.Optional(Type.Number({ title: 'a number', description: 'The smallest ordinary one.' })),
  max: Type.Optional(Type.Number({ title: 'a number', description: 'The largest ordinary one.' })),
};

const tolerance = (description: string) =>
  Type.Optional(Type.Number({ title: 'a tolerance from 0', description, minimum: 0 }));

const byName = <T extends TSchema>(value: T, title: string, description: string) =>
  Type.Optional(Type.Record(Type.String(), value, { title, description, maxProperties: 1_000 }));

/** What `validate` may be asked, beyond the model's own model.yaml. */
export const ValidateWishesSchema = Type.Object(
  {
    profile: Type.Optional(choice(profiles, 'How thorough; standard by default.')),
    seed,
    inputs: byName(
      Type.Object(wantedValue, { ...closed, title: '{ datatype, shape, min, max }' }),
      'inputs by name',
      'The signature that is expected.',
    ),
    outputs: byName(
      Type.Object(
        {
          ...wantedValue,
          absolute: tolerance('Of golden answers.'),
          relative: tolerance('Of golden answers.'),
        },
        { ...closed, title: '{ datatype, shape, min, max, absolute, relative }' },
      ),
      'outputs by name',
      'The signature, ranges and tolerances that are expected.',
    ),
    dimensions: byName(
      Type.Integer({ title: 'a size from 1', minimum: 1, maximum: 1e9 }),
      'names of dynamic dimensions, each with a size',
      'Sizes of dynamic dimensions to try.',
    ),
    domains: Type.Optional(
      Type.Array(Type.String(), {
        title: 'a list of operator domains',
        description: 'Operators of others are refused.',
        maxItems: 100,
      }),
    ),
    minAgreement: limit(share, "Of recorded rows, with stable's answers."),
    maxSlowdown: times("Times stable's latency."),
    maxLatency: limit(time, '99 of 100 requests of one row.'),
    maxSize: limit(size, 'Of the file and its weights.'),
    maxGrowth: times("Times stable's size."),
    maxLoadTime: limit(time, 'Until it is ready.'),
    maxMemory: limit(size, 'Of its process, at its peak.'),
    accept: byName(
      Type.String({ title: 'why this is accepted, in words', minLength: 1 }),
      'codes of findings, each with why it is accepted',
      'Findings that are no errors here.',
    ),
  },
  {
    ...closed,
    title: 'expectations: profile, minAgreement, maxSlowdown, inputs and the like',
    description: 'Examines the file of the canary, against that of stable.',
  },
);

const inputs = Type.Optional(
  Type.Array(Type.Record(Type.String(), Type.Unknown(), { title: 'a body: { features: [0.5] }' }), {
    title: 'a list of bodies, as [{ features: [0.5, 1.2] }]',
    description:
      'What the canary is sent, each a body or { body, expect }; by default a server its warmUp, or what its /v2 says that it takes, and a file its golden rows. Bodies for a file are of the Open Inference Protocol.',
    minItems: 1,
    maxItems: 1_000,
  }),
);

const model = Type.Optional(
  Type.String({
    title: "a model's name",
    description:
      'What a canary that is a server with several models calls this one; every request says it. By default the name of the rollout, where the server has it.',
    minLength: 1,
  }),
);

/** What `smoke` may be asked. */
export const SmokeWishesSchema = Type.Object(
  {
    deadline: limit(time, 'Until the canary has to be ready; 60s by default.'),
    answer: limit(time, 'Until each answer has to be there; 10s by default.'),
    inputs,
    model,
  },
  {
    ...closed,
    title: '{ deadline: time, answer: time, inputs: [body, …], model: name }',
    description: 'Starts the canary by itself, and predicts its golden rows.',
  },
);

/** What `loadtest` may be asked. */
export const LoadtestWishesSchema = Type.Object(
  {
    rate: Type.Optional(
      Type.Union(
        [
          Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }),
          Type.String({ pattern: rateForm.source }),
        ],
        {
          title: 'requests a second: 200, or a ramp: 100..1000',
          description: 'Open loop: they arrive whether or not others are answered.',
        },
      ),
    ),
    users: Type.Optional(
      Type.Integer({
        title: 'a whole number of users from 1 to 1000',
        description: 'Closed loop: each waits for the answer; 4 by default.',
        minimum: 1,
        maximum: 1_000,
      }),
    ),
    spawnRate: times('Users that begin in a second; all at once by default.'),
    think: Type.Optional(
      Type.String({
        title: 'a time such as 1s, or two: 500ms..2s',
        description: 'What a user waits between requests.',
        pattern: thinkForm.source,
      }),
    ),
    duration: limit(time, 'Of the measurement; 10s by default.'),
    warmUp: limit(time, 'Before it, not counted; 2s by default.'),
    answer: limit(time, 'Until a request is given up; 10s by default.'),
    thresholds: Type.Optional(
      Type.Array(Type.String(), {
        title: 'a list of thresholds, as [p99<50ms, errors<0.1%, rps>500]',
        description: 'What has to be kept; errors<0.1% where nothing is said of errors.',
        maxItems: 20,
      }),
    ),
    earlyStop: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description: 'Whether it stops where it cannot pass any more; true by default.',
      }),
    ),
    compare: Type.Optional(
      Type.Boolean({
        title: 'true or false',
        description: 'Whether stable has half of the load, to be compared with; true by default.',
      }),
    ),
    seed,
    inputs,
    model,
  },
  {
    ...closed,
    title: 'a load: rate or users, duration, thresholds and the like',
    description: 'Loads the canary, beside stable, and checks every answer.',
  },
);

export type WrittenValidateWishes = Static<typeof ValidateWishesSchema>;
export type WrittenSmokeWishes = Static<typeof SmokeWishesSchema>;
export type WrittenLoadtestWishes = Static<typeof LoadtestWishesSchema>;
