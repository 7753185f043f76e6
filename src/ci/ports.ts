import type { RolloutSummary } from '../api/contract/rollouts.js';
import type { StartModelProcess } from '../gates/validate/model-process.js';
import type { LoadProgress } from '../gates/loadtest/load-progress.js';
import type { ContainerEngine } from '../images/engine/engine.js';
import type { Repository } from '../images/registry/registry.js';

/** So much of a container engine as the pipeline needs. */
export type CiEngine = Pick<
  ContainerEngine,
  'name' | 'build' | 'has' | 'push' | 'run' | 'look' | 'isRunning' | 'logs' | 'remove'
>;

/** The Serin server that carries the canary out. */
export interface RolloutServer {
  readonly url: string;
  /** @returns the rollout's id */
  start(yaml: string, file: string, why: string): Promise<string>;
  /** @returns undefined: the server knows no such rollout */
  show(id: string): Promise<RolloutSummary | undefined>;
  /** The rollout of a model that is under way, and why it was started. */
  underWay(model: string): Promise<{ readonly id: string; readonly why: string } | undefined>;
  /** The rollout of a model that was promoted last, and is still. */
  newestPromoted(model: string): Promise<string | undefined>;
  /** Resolves when it has ended, or waits for a person, or was waited for long enough. */
  follow(id: string, signal: AbortSignal): Promise<RolloutSummary>;
}

/** Everything outside that the stages work with. */
export interface CiPorts {
  /** Found when it is needed first: validation needs none. */
  readonly engine: () => Promise<CiEngine>;
  readonly repository: () => Promise<Repository>;
  readonly rollouts: RolloutServer;
  readonly startModelProcess: StartModelProcess;
  /** @throws SerinError `address-in-use` */
  readonly freePort: (wanted: number | undefined) => Promise<number>;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
}

/** What a person is shown while a stage runs. */
export interface StageProgress {
  readonly say: (words: string, share?: number) => void;
  readonly load: (progress: LoadProgress) => void;
}
