import type { Share } from './share.js';

/** What NGINX can do, and so how a weight is changed. */
export const NginxMode = {
  /** The share is in memory that the workers share; it changes without a reload. */
  Lua: 'lua',
  /** The share is in the configuration (`split_clients`); each change is a graceful reload. */
  Plain: 'plain',
} as const;
export type NginxMode = (typeof NginxMode)[keyof typeof NginxMode];

/** An address that NGINX listens on; with TLS it speaks HTTP/2, too. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Files in PEM form. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** What one client address may do; more is answered 429. */
export interface RouteLimits {
  readonly requestsPerSecond?: number;
  /** So many requests above the rate are taken at once; 0 by default. */
  readonly burst?: number;
  readonly connections?: number;
}

/** An NGINX that somebody else runs, and that includes a file of Serin's inside `http { }`. */
export interface ExistingNginx {
  /** The file that its configuration includes. */
  readonly includeFile: string;
  /** Shell command that reloads it gracefully: `systemctl reload nginx`. */
  readonly reloadCommand: string;
  /** Shell command that tests its configuration; `nginx -t` by default. */
  readonly testCommand?: string;
  /** Shell command that reopens its logs; without it the log is left to whoever rotates logs there. */
  readonly reopenCommand?: string;
}

/** How clients are taken, whichever servers are behind. */
export interface EntranceSettings {
  readonly listen: readonly ListenAddress[];
  /** A larger body is answered 413. Bodies are kept in memory, so that they can be sent again. */
  readonly maxBodyBytes?: number;
  readonly connectTimeoutMs?: number;
  /** Between two reads from stable. */
  readonly readTimeoutMs?: number;
  /**
   * Between two reads from the canary: one that takes longer is answered for by stable. At most, and
   * by default a third of, `readTimeoutMs`: so a user who meets a canary that hangs has stable's
   * answer within the time that a request may take in any case.
   */
  readonly canaryTimeoutMs?: number;
  /**
   * Whether stable may answer a POST that the canary may have begun to work on; true by default, as
   * a prediction changes nothing.
   */
  readonly retryPosts?: boolean;
  /** A request header whose value `stable` or `canary` chooses the arm; absent: nobody can. */
  readonly forceArmHeader?: string;
  readonly limits?: RouteLimits;
}

/** An NGINX in front of one model's arms, as a strategy asks for it. Plain JSON: logs keep it. */
export interface NginxFront extends EntranceSettings {
  /** By default Lua where NGINX has it. */
  readonly mode?: NginxMode;
  /** Worker processes; one a CPU by default. */
  readonly workers?: number;
  /** A larger share of a minute's lines that are missing is `unmeasurable`; 0.01 by default. */
  readonly mostLost?: Share;
  /** Absent: Serin runs one of its own. */
  readonly existing?: ExistingNginx;
}
