import type { ArtefactRef } from './strategy.js';

/**
 * Whether both are the same version, however each was written: by what was found there when the
 * rollout was started, where that is known of both, and by their words otherwise.
 */
export function isSameVersion(one: ArtefactRef, other: ArtefactRef): boolean {
  if (one.kind === 'path' && other.kind === 'path') {
    if (one.digest !== undefined && other.digest !== undefined) return one.digest === other.digest;
    return one.path === other.path;
  }
  if (one.kind === 'image' && other.kind === 'image') {
    if (!isWrittenAlike(one.launch, other.launch)) return false;
    if (one.pinned !== undefined && other.pinned !== undefined) return one.pinned === other.pinned;
    return one.image === other.image;
  }
  return isWrittenAlike(one, other);
}

/** As text, since one of them was read back from the log, which keeps no absent keys. */
function isWrittenAlike(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
