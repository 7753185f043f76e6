import { Type } from 'typebox';
import { datatypes } from '../../domain/tensor.js';

/**
 * Bodies of the Open Inference Protocol, for the documentation: as for /predict, the codec reads
 * them, and takes null for what is left out.
 */

const parameters = Type.Optional(
  Type.Record(Type.String(), Type.Unknown(), {
    description: 'Such as `binary_data_output`, and of a tensor `binary_data_size`.',
  }),
);

const inputTensor = Type.Object({
  name: Type.String(),
  shape: Type.Array(Type.Integer({ minimum: 0 })),
  datatype: Type.Union(datatypes.map((name) => Type.Literal(name))),
  data: Type.Optional(
    Type.Array(Type.Unknown(), {
      description: 'Flat or nested; left out where the tensor follows the JSON as bytes.',
    }),
  ),
  parameters,
});

/** POST …/infer */
export const inferSchema = {
  summary: 'Infer',
  description:
    'With tensors in JSON, or as bytes behind it (`Inference-Header-Content-Length`). The headers ' +
    '`serin-arm` and `serin-version` say who answered.',
  body: Type.Object(
    {
      id: Type.Optional(Type.String()),
      inputs: Type.Array(inputTensor),
      outputs: Type.Optional(Type.Array(Type.Object({ name: Type.String(), parameters }))),
      parameters,
    },
    {
      examples: [
        {
          inputs: [
            { name: 'features', shape: [1, 5], datatype: 'FP32', data: [0.5, 1.2, 0.8, 0.3, 1.1] },
          ],
        },
      ],
    },
  ),
};

/** POST /v2/repository/index */
export const repositoryIndexSchema = {
  summary: 'Models and versions, and whether they are loaded',
  body: Type.Object(
    { ready: Type.Optional(Type.Boolean({ description: 'Only what is loaded.' })) },
    { examples: [{ ready: true }] },
  ),
};

/** POST /v2/repository/models/{model}/load: as it lies in the repository. */
export const loadSchema = {
  summary: 'Load a model',
  body: Type.Object({}, { description: 'Nothing, or an empty object.', examples: [{}] }),
};

/** POST /v2/repository/models/{model}/unload */
export const unloadSchema = { ...loadSchema, summary: 'Unload a model' };
