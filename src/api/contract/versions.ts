import { Type, type Static } from 'typebox';
import { nullable } from './nullable.js';

const TensorBody = Type.Object({
  name: Type.String(),
  datatype: Type.String(),
  shape: Type.Array(Type.Integer(), { description: '−1: any size.' }),
});

/** One version of a model, as it lies in the repository or is served. */
export const VersionBody = Type.Object({
  version: Type.String(),
  kind: Type.Enum(['onnx', 'http', 'process', 'container']),
  role: nullable(Type.Enum(['stable', 'canary'], { description: 'null: it serves nothing now.' })),
  digest: nullable(Type.String()),
  size_bytes: nullable(Type.Integer()),
  description: nullable(Type.String()),
  inputs: Type.Array(TensorBody),
  outputs: Type.Array(TensorBody),
  prediction: nullable(Type.Object({ output: Type.String(), kind: Type.String() })),
  opsets: Type.Record(Type.String(), Type.Integer()),
  producer: nullable(Type.String()),
  metadata: Type.Record(Type.String(), Type.String()),
  golden_rows: Type.Integer(),
  problem: nullable(Type.String({ description: 'Why it cannot be read.' })),
});
export type VersionBody = Static<typeof VersionBody>;

export const VersionList = Type.Object({ versions: Type.Array(VersionBody) });
