import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SerinError } from '../domain/errors.js';
import { toDigest, type Digest, type ModelName, type VersionName } from '../domain/ids.js';
import { modelFileName } from './folders.js';

/** A version that was received, and is no version of its model yet. */
export interface IncomingVersion {
  /** Absolute path of its model.onnx. */
  readonly file: string;
  readonly digest: Digest;
  /**
   * Makes it a version of its model, in one piece.
   * @throws SerinError `version-exists` when another came first, `version-not-stored`
   */
  keep(): Promise<void>;
  /** Removes what was received and not kept; repeated, or after `keep`, it does nothing. */
  discard(): Promise<void>;
}

/**
 * Receives an ONNX file into a hidden folder of a model root, where no version is looked for.
 * @param root absolute path; made where it is missing
 * @throws SerinError `body-too-large`, `version-not-stored`; or what the stream failed with. Nothing
 * of it is left then
 */
export async function receiveVersion(
  root: string,
  { model, version }: { readonly model: ModelName; readonly version: VersionName },
  content: Readable,
  maxBytes: number,
): Promise<IncomingVersion> {
  const hidden = await stored(async () => {
    await mkdir(root, { recursive: true });
    return mkdtemp(path.join(root, '.incoming-'));
  });
  const discard = (): Promise<void> => rm(hidden, { recursive: true, force: true });
  const folder = path.join(hidden, version);
  const file = path.join(folder, modelFileName);
  try {
    await stored(() => mkdir(folder));
    const hash = createHash('sha256');
    const counted = atMost(maxBytes, (chunk) => hash.update(chunk));
    await stored(() => pipeline(content, counted, createWriteStream(file, { flush: true })));
    const keep = async (): Promise<void> => {
      await stored(async () => {
        await mkdir(path.join(root, model), { recursive: true });
        await rename(folder, path.join(root, model, version));
      });
      await discard();
    };
    return { file, digest: toDigest(`sha256:${hash.digest('hex')}`), keep, discard };
  } catch (thrown) {
    await discard();
    throw thrown;
  }
}

function atMost(maxBytes: number, seen: (chunk: Buffer) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        const found = 'more than that';
        done(new SerinError('body-too-large', { expected: `at most ${maxBytes} bytes`, found }));
        return;
      }
      seen(chunk);
      done(null, chunk);
    },
  });
}

/** @throws SerinError `version-exists` or `version-not-stored` for what the file system refused */
async function stored<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (thrown) {
    const { code, syscall } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw new SerinError('version-exists');
    // A client that goes away is no fault of the disk; what it failed with has no system call here.
    if (syscall === undefined || thrown instanceof SerinError) throw thrown;
    throw new SerinError('version-not-stored', { found: code ?? 'an error', cause: thrown });
  }
}
