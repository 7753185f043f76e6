import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { SerinError } from '../../domain/errors.js';

const unpackers = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/**
 * The body of an answer that may be compressed, though nobody asked for that.
 * @param encoding the Content-Encoding header
 * @param maxBytes of what comes out
 * @throws SerinError `upstream-failed` for an encoding that is not known, or a body that is not in it
 */
export async function unpack(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase();
  if (name === undefined || name === '' || name === 'identity' || body.length === 0) return body;
  const unpacker = Object.entries(unpackers).find(([known]) => known === name)?.[1];
  const refuse = (found: string, cause?: unknown): never => {
    const expected = `an answer that is plain, or compressed as ${Object.keys(unpackers).join(', ')}`;
    throw new SerinError('upstream-failed', { expected, found, cause });
  };
  if (unpacker === undefined) return refuse(`Content-Encoding ${JSON.stringify(name)}`);
  try {
    return await unpacker(body, { maxOutputLength: maxBytes });
  } catch (thrown) {
    return refuse(`one that cannot be unpacked as ${name}`, thrown);
  }
}
