import type { HttpVersion, OnnxVersion } from '../../domain/version.js';

/** A version as a gate can reach it: its file, or where it is served. */
export type ReachableVersion = OnnxVersion | HttpVersion;
