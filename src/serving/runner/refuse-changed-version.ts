import { SerinError } from '../../domain/errors.js';
import type { Digest } from '../../domain/ids.js';
import type { OnnxVersion } from '../../domain/version.js';

/** The digest of an ONNX file and its external data, as they lie on the disk now. */
export type DigestOf = (file: string) => Promise<Digest>;

/**
 * A version is what was deployed, not whatever lies at its path when its process is started again.
 * @throws SerinError `version-changed`, also when there is no model at the path any more
 */
export async function refuseChangedVersion(
  { model, version, file, digest }: Pick<OnnxVersion, 'model' | 'version' | 'file' | 'digest'>,
  digestOf: DigestOf,
): Promise<void> {
  let found: Digest;
  try {
    found = await digestOf(file);
  } catch (thrown) {
    throw new SerinError('version-changed', {
      expected: `${digest} for ${model}/${version}`,
      found: thrown instanceof SerinError ? thrown.message : 'a file that cannot be read',
      cause: thrown,
    });
  }
  if (found === digest) return;
  throw new SerinError('version-changed', {
    expected: `${digest} for ${model}/${version}`,
    found,
  });
}
