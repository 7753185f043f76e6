import type { Rendered } from './config/render.js';

/** An NGINX that serves, whoever started it. */
export interface RunningNginx {
  /**
   * Brings a configuration in force: tested, swapped in one piece, reloaded gracefully.
   * @throws SerinError `nginx-refused`, `nginx-reload-failed`, `address-in-use`; the configuration
   *   before stays in force then
   */
  apply(rendered: Rendered): Promise<void>;
  /** Leaves a configuration for the next start, where the running one needs no reload. */
  keep(rendered: Rendered): Promise<void>;
  /**
   * Resolves when nothing is under way any more by a configuration of before: NGINX itself gives
   * such workers no more time than the slowest request may take.
   */
  drained(): Promise<void>;
  /** Makes NGINX open its log anew after it was renamed; undefined where Serin cannot. */
  readonly reopenLog: (() => Promise<void>) | undefined;
  /** Why it does not serve, in words; undefined while it does. */
  readonly trouble: string | undefined;
  /** Stops what Serin started; leaves alone what it did not. */
  close(): Promise<void>;
}
