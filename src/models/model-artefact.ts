import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SerinError } from '../domain/errors.js';
import { toDigest, type Digest } from '../domain/ids.js';
import { confine, isInside, outside } from './files/confine.js';
import { hashFile, readAndHashFile, requireAtMost, type HashedFile } from './files/hashed-file.js';
import { rememberByFile } from './files/remembered.js';
import type { ExternalData } from './onnx/external-data.js';
import { ModelProblem } from './onnx/problem.js';
import { decodeOnnx, describeOnnx, readOnnx, type ModelWithGraph, type OnnxFile } from './onnx/read.js';

/** An ONNX file with everything that belongs to it. */
export interface ModelArtefact {
  readonly onnx: OnnxFile;
  readonly digest: Digest;
  /** Of the ONNX file and its external data together. */
  readonly sizeBytes: number;
}

/** Reads an ONNX file and its external data; what was read before comes from memory. */
export type ReadArtefact = (file: string) => Promise<ModelArtefact>;

/**
 * Makes a reader of ONNX files. It throws SerinError `model-invalid` for a file that is no model or
 * lacks some of its data, and `path-outside-roots` for data outside the model's own folder.
 *
 * The digest is the SHA-256 of the file. Where weights are in other files, it is that of the list
 * of all files, as `sha256sum model.onnx <others, in order of their names>` prints it.
 */
export function artefactReader(): ReadArtefact {
  const readModel = rememberByFile(async (file) => {
    const { bytes, sha256, stamp } = await readAndHashFile(file);
    return { onnx: readOnnx(bytes), sha256, sizeBytes: stamp.sizeBytes };
  });
  const hashOther = rememberByFile(hashFile);

  return async (file) => withExternalData(file, await readModel(file), hashOther);
}

/**
 * Reads an ONNX file and its external data, and gives what was decoded of it, too: all of it is of
 * the same bytes, also where somebody replaces the file meanwhile.
 * @param maxBytes of all files together; neither the file nor its data are read when there is more
 * @throws SerinError as `artefactReader`
 */
export async function readArtefactOnce(
  file: string,
  maxBytes = Infinity,
): Promise<{ readonly artefact: ModelArtefact; readonly proto: ModelWithGraph }> {
  const { bytes, sha256, stamp } = await readAndHashFile(file, maxBytes);
  const proto = decodeOnnx(bytes);
  const read = { onnx: describeOnnx(proto), sha256, sizeBytes: stamp.sizeBytes };
  return { artefact: await withExternalData(file, read, hashFile, maxBytes), proto };
}

interface ReadFile {
  readonly onnx: OnnxFile;
  readonly sha256: string;
  readonly sizeBytes: number;
}

async function withExternalData(
  file: string,
  { onnx, sha256, sizeBytes }: ReadFile,
  hashOther: (file: string) => Promise<HashedFile>,
  maxBytes = Infinity,
): Promise<ModelArtefact> {
  const locations = [...new Set(onnx.externalData.map((part) => part.location))].sort();
  const files = await Promise.all(locations.map((one) => locate(one, path.dirname(file))));
  const sizes = await Promise.all(files.map(async (one) => (await stat(one)).size));
  requireAtMost(
    maxBytes,
    sizes.reduce((sum, size) => sum + size, sizeBytes),
  );
  const lines = [`${sha256}  model.onnx\n`];
  let totalBytes = sizeBytes;
  for (const [index, location] of locations.entries()) {
    const other = await hashOther(files[index] ?? '');
    const parts = onnx.externalData.filter((part) => part.location === location);
    requireBytes(parts, other.stamp.sizeBytes);
    totalBytes += other.stamp.sizeBytes;
    lines.push(`${other.sha256}  ${location}\n`);
  }
  const digest = lines.length === 1 ? sha256 : sha256Of(lines.join(''));
  return { onnx, digest: toDigest(`sha256:${digest}`), sizeBytes: totalBytes };
}

/** A file of external data; it has to be inside the model's own folder. */
async function locate(location: string, folder: string): Promise<string> {
  const named = path.resolve(folder, location);
  if (location.includes('\0') || !isInside(named, folder)) throw outside(location);
  const file = await confine(named, [folder]);
  if (file !== undefined && (await stat(file)).isFile()) return file;
  throw new SerinError('model-invalid', {
    expected: `the file ${JSON.stringify(location)} beside the model: it holds weights`,
    found: file === undefined ? 'no such file' : 'no file but a folder',
    fields: { problem: ModelProblem.ExternalDataMissing },
    advice: 'Copy every file that the export made, not the .onnx alone.',
  });
}

function requireBytes(parts: readonly ExternalData[], sizeBytes: number): void {
  for (const { tensor, location, offsetBytes, lengthBytes = 0 } of parts) {
    if (offsetBytes + lengthBytes <= sizeBytes) continue;
    throw new SerinError('model-invalid', {
      expected: `${offsetBytes + lengthBytes} bytes or more in ${JSON.stringify(location)}, for tensor "${tensor}"`,
      found: `${sizeBytes} bytes (a file that was cut off?)`,
      fields: { problem: ModelProblem.ExternalDataShort },
    });
  }
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
