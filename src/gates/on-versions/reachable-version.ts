import type { HttpVersion, OnnxVersion } from '../../domain/version.js';

/** A server as a gate can reach it. */
export interface ReachableServer extends HttpVersion {
  /** The body of a prediction that it is known to take, where Serin started it with one. */
  readonly warmUp?: unknown;
}

/** A version as a gate can reach it: its file, or where it is served. */
export type ReachableVersion = OnnxVersion | ReachableServer;
