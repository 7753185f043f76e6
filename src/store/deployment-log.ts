import type { DeploymentEvent } from '../domain/deployment.js';

/** Where deployment events are kept: what is in it survives `kill -9`. */
export interface DeploymentLog {
  /**
   * Appends one event; it is durable when this returns.
   * @throws SerinError `store-failed`
   */
  append(event: DeploymentEvent): void;
  /** All events, oldest first. */
  readAll(): readonly DeploymentEvent[];
  /** The newest events of one model, newest first. */
  readNewest(model: string, limit: number): readonly DeploymentEvent[];
  close(): void;
}
