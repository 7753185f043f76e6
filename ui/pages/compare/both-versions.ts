import type { VersionBody } from '../../../src/api/contract/versions.js';

/** Two versions of one model; the right one is what would be tried against the left one. */
export interface BothVersions {
  readonly model: string;
  readonly left: VersionBody;
  readonly right: VersionBody;
}
