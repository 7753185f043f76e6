import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';

/** The demo: a rollout of the sample models, and requests that the server makes up for it. */
export const DemoBody = Type.Object({
  possible: Type.Boolean({ description: 'Only where every model is a sample.' }),
  why_not: nullable(Type.String()),
  running: Type.Boolean({ description: 'Whether made-up requests are being sent.' }),
  requests: Type.Integer({ description: 'Made up so far.' }),
  rollout: nullable(Type.String({ description: 'The id of its rollout.' })),
});
export type DemoBody = Static<typeof DemoBody>;
