import type { PartialJudgeSettings } from '../analysis/read-judge-settings.js';
import type { VersionRef } from '../domain/deployment.js';
import type { ModelName } from '../domain/ids.js';
import type { RolloutId } from '../domain/rollout-id.js';
import type { Percent } from '../domain/share.js';
import type { StickyKey } from '../domain/sticky-key.js';
import type { Version } from '../domain/version.js';
import type { ServedArm, ServedModel } from '../serving/gateway/served-model.js';
import type { DeploymentLog } from '../store/deployment-log.js';
import type { Asked } from './deployment-book.js';
import type { Fronting } from './fronting.js';

/** Versions, wherever they come from. */
export interface VersionSource {
  /** Finds a remembered version again. */
  find(model: ModelName, ref: VersionRef): Promise<Version>;
  /** The version that was named for a model at the server's start; undefined when none was. */
  named(model: ModelName): Promise<Version | undefined>;
  /** The version to start a model with that has no state yet; undefined when it has none. */
  first(model: ModelName): Promise<Version | undefined>;
  models(): Promise<readonly ModelName[]>;
}

/** Who compares the arms, and is told when they or the weight are others than before. */
export interface Comparing {
  /** @param rollout the one that opens the judge's steps; undefined: each weight is a step */
  begin(model: ServedModel, settings: PartialJudgeSettings, rollout: RolloutId | undefined): void;
  weightChanged(model: ServedModel): void;
  /** The canary was there before this server started. */
  resume(model: ServedModel, rollout: RolloutId | undefined): void;
  end(model: ServedModel): void;
}

export interface DeploymentsOptions {
  readonly log: DeploymentLog;
  readonly versions: VersionSource;
  /** Starts what answers for a version; resolves when it is ready and warm. */
  readonly launch: (version: Version) => Promise<ServedArm>;
  /** Makes the (empty) model that the gateway routes to. */
  readonly newModel: (name: ModelName) => ServedModel;
  readonly comparing: Comparing;
  /** What stands in front of models in a process of its own; absent where nothing can. */
  readonly fronting?: Fronting;
  /** What keeps users on one arm where a deployment names nothing. */
  readonly defaultSticky: StickyKey | undefined;
  readonly wallMs: () => number;
  /** Told of what a person should know but nobody waits for. */
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface CanaryRequest extends Asked {
  readonly weight: Percent;
  readonly sticky?: StickyKey;
  /** How the canary is judged; the defaults where it is left out. */
  readonly judging?: PartialJudgeSettings;
  /** The rollout that it is the canary of, and that alone moves it. */
  readonly rollout?: RolloutId;
}
