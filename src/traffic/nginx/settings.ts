import type { ExistingNginx, NginxMode } from '../../domain/front.js';
import type { FrontRoute } from '../front.js';

/** One model behind NGINX; a sticky key in a header or cookie, as NGINX sees no field of a body. */
export type RouteSettings = FrontRoute;

export interface NginxSettings {
  /**
   * Serin's own folder for this NGINX: configuration, pid, log, sockets. Nobody else writes in it.
   * At most about 80 characters, as sockets have short names.
   */
  readonly folder: string;
  readonly routes: readonly RouteSettings[];
  /** The program; by default `nginx` of the PATH, or where Debian keeps it. */
  readonly binary?: string;
  /** By default Lua where NGINX has it. */
  readonly mode?: NginxMode;
  /** Worker processes; one a CPU by default. */
  readonly workers?: number;
  /** Absent: Serin runs one of its own. */
  readonly existing?: ExistingNginx;
  /** How long a reload may take to be in force, and NGINX to answer; 10 s by default. */
  readonly deadlineMs?: number;
}

/** What is not set. */
export const nginxDefaults = {
  maxBodyBytes: 16 * 1024 * 1024,
  connectTimeoutMs: 1_000,
  readTimeoutMs: 30_000,
  deadlineMs: 10_000,
} as const;
