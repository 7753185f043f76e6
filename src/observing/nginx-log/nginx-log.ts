/** The log of an NGINX, for whoever reads it. */
export interface NginxLog {
  readonly file: string;
  /** Makes NGINX open it anew; undefined where Serin cannot: then it is not rotated. */
  readonly reopen: (() => Promise<void>) | undefined;
  /** What NGINX itself counted. @throws when it does not answer */
  readonly census: () => Promise<LogCensus>;
}

/** What should be in the log by now, or soon; nothing where this NGINX cannot say. */
export interface LogCensus {
  /** `epoch.number` of the newest line, with Lua. */
  readonly newest?: string;
  /** Requests that had ended since NGINX was started, without Lua. */
  readonly ended?: number;
  /** Copies of requests that were not sent, as too many were under way. */
  readonly shadowsShed?: number;
}
