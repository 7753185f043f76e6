import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { datatypes } from '../../src/domain/tensor.js';
import { identityModel, logModel, namedModel } from '../onnx/models.js';

/** ONNX Runtime for Node has no tensors of BF16: a model with one is refused when it is loaded. */
export const servedDatatypes = datatypes.filter((datatype) => datatype !== 'BF16');

/**
 * Writes a model repository for whoever wants to see tensors come back as they were sent: for every
 * datatype `same-<datatype>` (input `x` is output `y`, `[N, 3]`), `named` of several inputs and
 * outputs in two versions, and `log`, in two as well, whose outputs may be NaN or infinite.
 */
export function writeTypedModels(folder: string): void {
  for (const datatype of servedDatatypes) {
    writeVersion(folder, `same-${datatype.toLowerCase()}`, '1', identityModel(datatype));
  }
  writeVersion(folder, 'named', '1', namedModel());
  writeVersion(folder, 'named', '2', namedModel());
  writeVersion(folder, 'log', '1', logModel());
  writeVersion(folder, 'log', '2', logModel());
}

/** Puts one version where a model repository has it. */
export function writeVersion(
  folder: string,
  model: string,
  version: string,
  bytes: Uint8Array | string,
): void {
  mkdirSync(join(folder, model, version), { recursive: true });
  writeFileSync(join(folder, model, version, 'model.onnx'), bytes);
}
