import { Type, type Static } from 'typebox';
import { FrontStatus } from './front.js';
import { nullable } from './nullable.js';

/** One arm of a model, as it stands now. */
export const ArmStatus = Type.Object({
  version: Type.String({ description: 'Version name, or the address of an HTTP upstream.' }),
  kind: Type.Enum(['onnx', 'http', 'process', 'container']),
  digest: nullable(Type.String({ description: 'SHA-256 of the artefact.' })),
  ready: Type.Boolean(),
  requests: Type.Number({
    description: 'Since the canary has its weight; without a canary, since the server started.',
  }),
  failures: Type.Number(),
  error_percent: nullable(
    Type.Number({
      description:
        'Of these requests; without a canary, of those of the last minute. null: of none.',
    }),
  ),
  latency_ms: Type.Object({
    mean: nullable(Type.Number()),
    p50: nullable(Type.Number()),
    p99: nullable(Type.Number()),
  }),
  process: nullable(
    Type.Object({
      state: Type.String(),
      pid: nullable(Type.Number()),
      restarts: Type.Number(),
      last_exit: nullable(Type.String()),
      resident_bytes: nullable(Type.Number()),
      cpu_seconds: nullable(Type.Number()),
    }),
  ),
  faults: Type.Unknown({ description: 'What is injected; null when nothing is.' }),
});
export type ArmStatus = Static<typeof ArmStatus>;

/** One model: its arms, and how traffic is split between them. */
export const ModelStatus = Type.Object({
  name: Type.String(),
  ready: Type.Boolean(),
  is_default: Type.Boolean(),
  stable: nullable(ArmStatus),
  canary: nullable(ArmStatus),
  weight: Type.Number({ description: 'Percent of traffic meant for the canary.' }),
  front: nullable(FrontStatus),
  sticky: nullable(Type.String()),
  canary_since: nullable(Type.String({ description: 'RFC 3339.' })),
  verdict: nullable(
    Type.Object({
      verdict: Type.String({ description: 'harm, safe, undecided or unmeasurable.' }),
      meter: Type.Number({ description: 'From −100 (roll back) to +100 (promote).' }),
      sentence: Type.String(),
    }),
  ),
  fallbacks: Type.Number({ description: 'Requests that stable answered for a failed canary.' }),
  versions: Type.Array(Type.String(), { description: 'What the model repository holds.' }),
  problem: nullable(Type.String({ description: 'Why the model is not served.' })),
});
export type ModelStatus = Static<typeof ModelStatus>;

export const ModelList = Type.Object({ models: Type.Array(ModelStatus) });
export type ModelList = Static<typeof ModelList>;

/** One entry of the audit log. */
export const DeploymentEntry = Type.Object({
  at: Type.String(),
  type: Type.String(),
  who: Type.String(),
  why: Type.String(),
  particulars: Type.Unknown(),
});
export type DeploymentEntry = Static<typeof DeploymentEntry>;
export const DeploymentHistory = Type.Object({ events: Type.Array(DeploymentEntry) });
