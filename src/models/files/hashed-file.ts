import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { SerinError } from '../../domain/errors.js';
import { ModelProblem } from '../onnx/problem.js';

/** Between two pieces others get a turn: a piece takes about a millisecond to hash. */
const pieceBytes = 1024 * 1024;
/** What protobuf, and with it ONNX, allows one message; also near what one Buffer can hold. */
const largestMessageBytes = 2 ** 31 - 1;

/** What tells one content of a path from another, without reading it. */
export interface FileStamp {
  readonly inode: bigint;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
}

export interface HashedFile {
  readonly stamp: FileStamp;
  /** SHA-256, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Hashes a file, piece by piece, without holding it. */
export async function hashFile(file: string): Promise<HashedFile> {
  return whileUnchanged(file, async (handle, stamp) => {
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (let at = 0; at < stamp.sizeBytes; ) {
      const { bytesRead } = await handle.read(piece, 0, pieceBytes, at);
      if (bytesRead === 0) break;
      hash.update(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
    return { stamp, sha256: hash.digest('hex') };
  });
}

/**
 * Reads and hashes a file in one go.
 * @param maxBytes nothing of a file with more is read
 * @throws SerinError `model-invalid` when it is larger than that, or than ONNX allows one file to be
 */
export async function readAndHashFile(
  file: string,
  maxBytes = Infinity,
): Promise<HashedFile & { bytes: Buffer }> {
  return whileUnchanged(file, async (handle, stamp) => {
    requireAtMost(maxBytes, stamp.sizeBytes);
    if (stamp.sizeBytes > largestMessageBytes) throw tooLarge(stamp.sizeBytes);
    const hash = createHash('sha256');
    const bytes = Buffer.allocUnsafe(stamp.sizeBytes);
    let at = 0;
    while (at < bytes.length) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(pieceBytes, bytes.length - at), at);
      if (bytesRead === 0) break;
      hash.update(bytes.subarray(at, at + bytesRead));
      at += bytesRead;
    }
    return { stamp, sha256: hash.digest('hex'), bytes: bytes.subarray(0, at) };
  });
}

/** @throws SerinError `model-invalid` for more bytes than somebody allows a model */
export function requireAtMost(maxBytes: number, sizeBytes: number): void {
  if (sizeBytes <= maxBytes) return;
  throw new SerinError('model-invalid', {
    expected: `a model of at most ${inWords(maxBytes)}`,
    found: inWords(sizeBytes),
    fields: { problem: ModelProblem.TooLarge },
    advice: 'Look for weights that were exported twice or in double precision; or raise the limit.',
  });
}

/** A file's stamp as it is now. */
export async function stampOf(handle: FileHandle): Promise<FileStamp> {
  const { ino, size, mtimeNs } = await handle.stat({ bigint: true });
  return { inode: ino, sizeBytes: Number(size), modifiedNs: mtimeNs };
}

export function sameStamp(left: FileStamp, right: FileStamp): boolean {
  return (
    left.inode === right.inode &&
    left.sizeBytes === right.sizeBytes &&
    left.modifiedNs === right.modifiedNs
  );
}

/** Repeats a reading that somebody wrote into; gives up on a file that does not come to rest. */
async function whileUnchanged<T>(
  file: string,
  read: (handle: FileHandle, stamp: FileStamp) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const handle = await open(file);
    try {
      const before = await stampOf(handle);
      const result = await read(handle, before);
      if (sameStamp(before, await stampOf(handle))) return result;
    } finally {
      await handle.close();
    }
  }
  throw new SerinError('model-invalid', {
    expected: 'a file that is complete',
    found: 'one that is being written',
    advice: 'Copy a version under a hidden name, and rename its folder when it is complete.',
  });
}

function inWords(bytes: number): string {
  if (bytes < 2 ** 20) return `${bytes} B`;
  return bytes < 2 ** 30
    ? `${(bytes / 2 ** 20).toFixed(1)} MiB`
    : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function tooLarge(sizeBytes: number): SerinError {
  return new SerinError('model-invalid', {
    expected: 'an ONNX file of less than 2 GiB',
    found: inWords(sizeBytes),
    advice: 'Export it with its weights as external data, in a file beside it.',
  });
}
