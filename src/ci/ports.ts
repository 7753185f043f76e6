import type { RolloutSummary } from '../api/contract/rollouts.js';
import type { StartModelProcess } from '../gates/validate/model-process.js';
import type { LoadProgress } from '../gates/loadtest/load-progress.js';
import type { Digest } from '../domain/ids.js';
import type { Repository } from '../images/registry/registry.js';

/** So much of a container engine as the pipeline needs. */
export interface CiEngine {
  /** `podman 4.3.1`. */
  readonly name: string;
  /** @returns the image's id, which is the same for the same content */
  build(order: BuildOrder): Promise<string>;
  /** Whether an image is still there. */
  has(imageId: string): Promise<boolean>;
  /** Pushes an image under its name. @returns the digest that the registry has it under */
  push(image: string, signal: AbortSignal): Promise<Digest>;
  /** Starts a container, in place of one of this name; it may not be ready yet. */
  run(order: RunOrder): Promise<void>;
  isRunning(container: string): Promise<boolean>;
  /** The last lines that it wrote. */
  logs(container: string, lines: number): Promise<readonly string[]>;
  /** Stops and removes a container of Serin's; nothing where it is gone already. */
  remove(container: string): Promise<void>;
}

export interface BuildOrder {
  readonly folder: string;
  /** Relative to the folder. */
  readonly dockerfile: string;
  /** With its tag. */
  readonly image: string;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

export interface RunOrder {
  readonly name: string;
  /** By its digest. */
  readonly image: string;
  readonly port: number;
  readonly containerPort: number;
  readonly env: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly memory: number | undefined;
  readonly cpus: number | undefined;
}

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
