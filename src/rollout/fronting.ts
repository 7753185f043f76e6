import type { NginxFront } from '../domain/front.js';
import type { VersionRef } from '../domain/deployment.js';
import type { ModelName } from '../domain/ids.js';
import type { ServedModel } from '../serving/gateway/served-model.js';

/** What stands in front of models in a process of its own, and follows their deployments. */
export interface Fronting {
  /**
   * Brings the model's arms and weight in force there; at once where they are. Opens the front
   * where it is not open; a model that is not loaded has none.
   * @throws SerinError what could not be brought in force; what was before stays
   */
  follow(model: ServedModel, settings: NginxFront): Promise<void>;
  /** Resolves when the front sends nothing to this version any more; at once where there is none. */
  letGo(model: ModelName, version: VersionRef): Promise<void>;
  /** Stops the front of a model. */
  remove(model: ModelName): Promise<void>;
  /** Stops every front that Serin started; nothing is opened afterwards. */
  close(): Promise<void>;
}
