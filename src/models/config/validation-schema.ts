import { Type } from 'typebox';
import { share, size, time } from '../../config/units.js';

const quantity = (unit: { readonly pattern: string; readonly words: string }) =>
  Type.Optional(Type.String({ pattern: unit.pattern, description: unit.words }));

const times = Type.Optional(
  Type.Number({ exclusiveMinimum: 0, description: 'how many times, a number above 0' }),
);

/** A dimension that may vary is written `None`, `N`, -1 or null, as exporters write it. */
const shape = Type.Optional(
  Type.Array(
    Type.Union([Type.Integer({ minimum: -1 }), Type.String(), Type.Null()], {
      description: 'a size, or a name, None, -1 or null for one that may vary',
    }),
    { description: 'a list of dimensions, as [None, 2]' },
  ),
);

const expectedValue = {
  datatype: Type.Optional(Type.String({ description: 'a datatype, as FP32' })),
  shape,
  min: Type.Optional(Type.Number({ description: 'the smallest number that it may hold' })),
  max: Type.Optional(Type.Number({ description: 'the largest number that it may hold' })),
};

const inputs = Type.Record(
  Type.String(),
  Type.Object(expectedValue, {
    additionalProperties: false,
    description: 'datatype, shape, min and max of an input',
  }),
  { description: 'inputs by name' },
);

const outputs = Type.Record(
  Type.String(),
  Type.Object(
    {
      ...expectedValue,
      absolute: Type.Optional(
        Type.Number({ minimum: 0, description: 'the absolute tolerance, 0 or more' }),
      ),
      relative: Type.Optional(
        Type.Number({ minimum: 0, description: 'the relative tolerance, 0 or more' }),
      ),
    },
    {
      additionalProperties: false,
      description: 'datatype, shape, min, max, absolute and relative of an output',
    },
  ),
  { description: 'outputs by name' },
);

/** What `validate` of a model.yaml may say: what a version has to be to take any traffic. */
export const validationSchema = Type.Object(
  {
    inputs: Type.Optional(inputs),
    outputs: Type.Optional(outputs),
    dimensions: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Integer({ minimum: 1, description: 'a whole number from 1' }),
        { description: 'names of dynamic dimensions, each with the size to try' },
      ),
    ),
    domains: Type.Optional(
      Type.Array(Type.String(), { description: 'a list of operator domains, as ai.onnx' }),
    ),
    digest: Type.Optional(
      Type.String({
        pattern: '^sha256:[0-9a-f]{64}$',
        description: 'sha256: and 64 hexadecimal digits',
      }),
    ),
    golden: Type.Optional(
      Type.Array(Type.String(), { description: 'a list of files or folders with golden pairs' }),
    ),
    rows: Type.Optional(Type.String({ description: 'a file with recorded rows' })),
    maxSize: quantity(size),
    maxGrowth: times,
    maxLoadTime: quantity(time),
    maxMemory: quantity(size),
    maxLatency: quantity(time),
    maxSlowdown: times,
    minAgreement: quantity(share),
    accept: Type.Optional(
      Type.Record(
        Type.String(),
        Type.String({ minLength: 1, description: 'why this is accepted, in words' }),
        { description: 'codes of findings, each with why it is accepted' },
      ),
    ),
  },
  {
    additionalProperties: false,
    description: 'expectations: inputs, outputs, golden, maxSlowdown and the like',
  },
);
