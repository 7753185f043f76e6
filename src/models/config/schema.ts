import { Type, type Static } from 'typebox';
import { validationSchema } from './validation-schema.js';

/**
 * What model.yaml may say. A `description` here is what an error says was expected, so each is worded
 * to follow "expected".
 */
const texts = Type.Record(Type.String(), Type.String({ description: 'a text in words' }), {
  description: 'names of the model, each with a text',
});

const golden = Type.Object(
  {
    inputs: Type.Record(Type.String(), Type.Unknown(), {
      minProperties: 1,
      description: "the model's inputs by name, one row each",
    }),
    outputs: Type.Record(Type.String(), Type.Unknown(), {
      minProperties: 1,
      description: "some of the model's outputs by name, one row each",
    }),
    tolerance: Type.Optional(
      Type.Number({ minimum: 0, description: 'the largest allowed difference, 0 or more' }),
    ),
  },
  { additionalProperties: false, description: 'a golden row: inputs, outputs, tolerance' },
);

const forVersions = {
  description: Type.Optional(Type.String({ description: 'a text' })),
  inputs: Type.Optional(texts),
  outputs: Type.Optional(texts),
  labels: Type.Optional(
    Type.Array(Type.String({ description: 'the name of a class' }), {
      minItems: 1,
      uniqueItems: true,
      description: "a list of the classes' names, each once",
    }),
  ),
  prediction: Type.Optional(
    Type.Object(
      {
        output: Type.Optional(Type.String({ description: 'the name of an output' })),
        kind: Type.Optional(
          Type.Union(
            [
              Type.Literal('probability'),
              Type.Literal('score'),
              Type.Literal('classes'),
              Type.Literal('label'),
            ],
            { description: 'probability, score, classes or label' },
          ),
        ),
      },
      { additionalProperties: false, description: 'output and kind' },
    ),
  ),
  golden: Type.Optional(Type.Array(golden, { description: 'a list of golden rows' })),
  validate: Type.Optional(validationSchema),
  batching: Type.Optional(
    Type.Object(
      {
        enabled: Type.Optional(Type.Boolean({ description: 'true or false' })),
        maxBatchSize: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 65_536,
            description: 'a whole number of rows from 1 to 65536',
          }),
        ),
        maxBatchDelay: Type.Optional(
          Type.String({
            pattern: String.raw`^\d+(\.\d+)?(ms|s)$`,
            description: 'a time with its unit, as 5ms or 0.1s',
          }),
        ),
      },
      { additionalProperties: false, description: 'enabled, maxBatchSize and maxBatchDelay' },
    ),
  ),
};

const options = { additionalProperties: false, description: 'keys and values' };

/** `models/<model>/<version>/model.yaml` */
export const versionConfigSchema = Type.Object(forVersions, options);

/** `models/<model>/model.yaml`: the same for every version that does not say otherwise. */
export const modelConfigSchema = Type.Object(
  {
    ...forVersions,
    stable: Type.Optional(Type.String({ description: 'the name of a version' })),
  },
  options,
);

export type ModelConfig = Static<typeof modelConfigSchema>;
