import { createHash } from 'node:crypto';
import { Arm } from '../domain/arm.js';
import type { Share } from '../domain/share.js';

const range = 2 ** 32;

/**
 * Hashes a sticky key: the first four bytes (big-endian) of the MD5 of `salt:key`. MD5, because it
 * mixes (CRC is linear: two salts of one length give correlated arms) and every router has it;
 * nothing here needs to be secret.
 * @returns a whole number from 0 to 2³²−1
 */
export function stickyHash(key: string, salt: string): number {
  return createHash('md5').update(`${salt}:${key}`).digest().readUInt32BE(0);
}

/**
 * The arm of a hashed key. Monotone: raising the share moves keys only from stable to canary.
 * @param hash 0 to 2³²−1
 */
export function armOfHash(hash: number, canaryShare: Share): Arm {
  return armOfDraw(hash / range, canaryShare);
}

/**
 * The arm of one independent draw.
 * @param draw from 0 (included) to 1 (not included); so share 0 is never canary, share 1 always
 */
export function armOfDraw(draw: number, canaryShare: Share): Arm {
  return draw < canaryShare ? Arm.Canary : Arm.Stable;
}
