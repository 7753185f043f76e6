import { Type } from 'typebox';

/** For the documentation: the codec reads the body, and its errors say more than a schema can. */
export const predictSchema = {
  summary: 'Predict one row or many',
  description:
    'By stable or canary, as the split draws. The headers `serin-arm` and `serin-version` say who ' +
    'answered; `serin-fallback: canary` says that the canary failed and stable answered.',
  body: Type.Object(
    {
      features: Type.Optional(
        Type.Unknown({
          description: 'One row, or a list of rows, for a model with one input.',
          examples: [[0.5, 1.2, 0.8, 0.3, 1.1]],
        }),
      ),
      inputs: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), { description: 'Inputs by name.' }),
      ),
      model: Type.Optional(Type.String()),
      version: Type.Optional(Type.String()),
    },
    { examples: [{ features: [0.5, 1.2, 0.8, 0.3, 1.1] }] },
  ),
  response: {
    200: Type.Object(
      {
        prediction: Type.Optional(Type.Unknown()),
        probability: Type.Optional(Type.Number()),
        model: Type.String(),
        model_version: Type.String(),
        model_used: Type.Union([Type.Literal('stable'), Type.Literal('canary')]),
        latency_ms: Type.Number(),
        request_id: Type.String(),
      },
      { additionalProperties: true },
    ),
  },
};
