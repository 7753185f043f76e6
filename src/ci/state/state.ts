import type { RolloutSummary } from '../../api/contract/rollouts.js';
import type { Digest } from '../../domain/ids.js';

/** The stages of the pipeline, in their order. */
export const stageNames = [
  'validate',
  'build',
  'push',
  'launch',
  'health',
  'loadtest',
  'canary',
  'tag',
] as const;
export type StageName = (typeof stageNames)[number];

/** What each stage leaves for those after it, and for the next run. */
export interface StageResults {
  readonly validate: { readonly digest: string };
  /** The image as the engine has it. */
  readonly build: { readonly image: string; readonly imageId: string };
  /** From here on the image is known by its digest only. */
  readonly push: { readonly image: string; readonly digest: Digest };
  readonly launch: {
    readonly container: string;
    readonly url: string;
    /** Of this start: the next container has the same name. */
    readonly id: string;
  };
  readonly health: Readonly<Record<string, never>>;
  readonly loadtest: Readonly<Record<string, never>>;
  readonly canary: {
    /** undefined: it was stable already, or is the first one. */
    readonly rollout: string | undefined;
    readonly outcome: RolloutSummary['outcome'];
  };
  readonly tag: { readonly stable: Digest | undefined; readonly previous: Digest | undefined };
}

/** How a stage ended, or what it has begun. */
export interface StageRecord<Name extends StageName = StageName> {
  /** What it depended on: the same inputs need not be looked at again. */
  readonly inputs: string;
  /** False, too, for what was begun and not finished. */
  readonly passed: boolean;
  readonly detail: string;
  readonly result: StageResults[Name];
  /** Milliseconds since 1970. */
  readonly endedAtMs: number;
  readonly durationMs: number;
}

/** The newest record of each stage. */
export type CiState = { readonly [Name in StageName]?: StageRecord<Name> };
