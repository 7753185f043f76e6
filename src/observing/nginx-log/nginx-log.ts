import type { LineNumber } from './line-number.js';

/** The log of an NGINX, for whoever reads it. */
export interface NginxLog {
  readonly file: string;
  /** Makes NGINX open it anew; undefined where Serin cannot: then it is not rotated. */
  readonly reopen: (() => Promise<void>) | undefined;
  /**
   * What NGINX itself counted.
   * @param probe of a line that it is to write where it counts nothing
   * @throws when it does not answer
   */
  readonly census: (probe: LineNumber) => Promise<LogCensus>;
}

/** What should be in the log by now, or soon: one of the first three. */
export interface LogCensus {
  /** Of the newest line, with Lua. */
  readonly newest?: LineNumber;
  /** Requests that had ended since NGINX was started, without Lua. */
  readonly ended?: number;
  /** Of the line that it was asked for, where it can say neither. */
  readonly probe?: LineNumber;
  /** Copies of requests that were not sent, as too many were under way. */
  readonly shadowsShed?: number;
}
