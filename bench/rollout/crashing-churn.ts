import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildModel } from '../../src/models/onnx/build.js';

/**
 * Writes a version that takes and answers what churn does, and divides −2⁶³ by −1 while it is being
 * loaded: on x86 the loading process dies of SIGFPE.
 */
export function writeCrashingChurn(folder: string): void {
  const bytes = buildModel({
    inputs: [{ name: 'features', datatype: 'FP32', shape: ['N', 5] }],
    outputs: [{ name: 'probability', datatype: 'FP32', shape: ['N', 1] }],
    nodes: [
      { type: 'Div', inputs: ['smallest', 'minus one'], outputs: ['boom'] },
      { type: 'Cast', inputs: ['boom'], outputs: ['float boom'], attributes: { to: { int: 1 } } },
      { type: 'MatMul', inputs: ['features', 'weights'], outputs: ['score'] },
      { type: 'Add', inputs: ['score', 'float boom'], outputs: ['probability'] },
    ],
    initializers: [
      { name: 'weights', datatype: 'FP32', shape: [5, 1], data: new Float32Array(5) },
      { name: 'smallest', datatype: 'INT64', shape: [1], data: BigInt64Array.of(-(2n ** 63n)) },
      { name: 'minus one', datatype: 'INT64', shape: [1], data: BigInt64Array.of(-1n) },
    ],
  });
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'model.onnx'), bytes);
}
