import { SerinError } from './errors.js';

/** A model's name: what the folder in the model repository is called. */
export type ModelName = string & { readonly __brand: 'ModelName' };

/** A version's name within its model: `1`, `2024-05-01`, or the URL of an HTTP upstream. */
export type VersionName = string & { readonly __brand: 'VersionName' };

/** A content digest: `sha256:` and 64 hexadecimal digits. */
export type Digest = string & { readonly __brand: 'Digest' };

/**
 * A request's id: what feedback, logs and both arms of a shadow pair are joined by. At most
 * `longestRequestId` letters, digits and signs of ASCII.
 */
export type RequestId = string & { readonly __brand: 'RequestId' };
export const longestRequestId = 128;

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const digestPattern = /^sha256:[0-9a-f]{64}$/;

/**
 * Checks a model's name.
 * @throws SerinError `invalid-name`
 */
export function toModelName(name: string): ModelName {
  return checkedName(name, 'a model name') as ModelName;
}

/**
 * Checks a version's name.
 * @throws SerinError `invalid-name`
 */
export function toVersionName(name: string): VersionName {
  return checkedName(name, 'a version name') as VersionName;
}

/**
 * Checks a digest.
 * @throws SerinError `invalid-name`
 */
export function toDigest(digest: string): Digest {
  if (!digestPattern.test(digest)) {
    throw new SerinError('invalid-name', {
      expected: 'a digest: sha256: and 64 hexadecimal digits',
      found: JSON.stringify(digest),
    });
  }
  return digest as Digest;
}

function checkedName(name: string, what: string): string {
  if (!namePattern.test(name) || name.includes('..')) {
    throw new SerinError('invalid-name', {
      expected: `${what} of letters, digits, ".", "_" and "-", at most 128, starting with a letter or digit`,
      found: JSON.stringify(name.slice(0, 200)),
    });
  }
  return name;
}
