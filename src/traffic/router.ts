import type { ModelName } from '../domain/ids.js';
import type { RouterCapabilities } from '../domain/router-capabilities.js';
import type { Percent, Share } from '../domain/share.js';

/**
 * What splits the traffic of models between their two arms: the port. Every call does the same when
 * it is repeated. Calls for one model come one after the other, and each must settle within seconds,
 * for good: a call that has failed takes no effect later.
 */
export interface Router {
  readonly capabilities: RouterCapabilities;
  /**
   * Gives the canary this share of the model's traffic. When it returns, the weight is in force.
   * @throws when the weight could not be brought in force
   */
  setWeight(model: ModelName, weight: Percent): Promise<void>;
  /** The canary's weight that is really in force; 0 where there is no canary. */
  weightInForce(model: ModelName): Promise<Percent>;
  /**
   * Sends copies of this share of the requests to the canary.
   * @param scoreTolerance scores that differ by no more than this share of the larger one are equal
   */
  startShadow(model: ModelName, percent: Percent, scoreTolerance?: Share): Promise<void>;
  stopShadow(model: ModelName): Promise<void>;
}
