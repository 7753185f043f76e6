import type { ModelName, VersionName } from '../domain/ids.js';
import type { EntranceSettings, NginxFront, NginxMode } from '../domain/front.js';
import type { StickyKey } from '../domain/sticky-key.js';
import type { Source } from '../observing/source.js';
import type { Router } from './router.js';

/** What answers an arm: `http://host:port`, and the name that answers carry in `serin-version`. */
export interface ArmServer {
  readonly url: string;
  readonly version: VersionName;
}

/** Both arms of a model; without a canary all traffic is stable's. */
export interface ArmServers {
  readonly stable: ArmServer;
  readonly canary?: ArmServer;
}

/** How one model's clients are taken, and who answers them. */
export interface FrontRoute extends ArmServers, EntranceSettings {
  readonly model: ModelName;
  /** What keeps a user on one arm. */
  readonly sticky?: StickyKey;
}

/**
 * A process of its own in front of one model's arms: the port. It goes on serving when Serin dies,
 * and is taken over by the next one.
 */
export interface Front {
  readonly router: Router;
  /** What it tells of the requests that it passed on; not started yet. */
  readonly source: Source;
  readonly mode: NginxMode;
  /** Why this mode, for people. */
  readonly why: string;
  readonly version: string;
  /** Why it does not serve, in words; undefined while it does. */
  trouble(): string | undefined;
  /**
   * Changes servers or settings without losing a request; at once where it is so already. The
   * weight of a new pair of servers is 0. Resolves when it is in force.
   * @throws SerinError; what was in force before stays in force then
   */
  setRoute(route: FrontRoute): Promise<void>;
  /** Resolves when no request is under way by the routes of before. */
  drained(): Promise<void>;
  /** Stops what Serin started. */
  close(): Promise<void>;
}

/**
 * Opens a model's front, or takes over the one that an earlier Serin left.
 * @throws SerinError why it cannot serve
 */
export type OpenFront = (settings: NginxFront, route: FrontRoute) => Promise<Front>;
