import { InferenceSession } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { buildModel } from '../../../models/onnx/build.js';
import { newestOpset, runtimeLimits } from './runtime-limits.js';

/** Whether the runtime that is installed loads a model of these versions. */
async function loads(
  irVersion: number,
  opsets: Readonly<Record<string, number>>,
): Promise<boolean> {
  const model = buildModel({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['N', 3] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['N', 3] }],
    nodes: [{ type: 'Identity', inputs: ['x'], outputs: ['y'] }],
    irVersion,
    opsets,
  });
  try {
    await (await InferenceSession.create(model, { logSeverityLevel: 4 })).release();
    return true;
  } catch {
    return false;
  }
}

test('the newest IR version is the one that the runtime reads, and no newer', async () => {
  const { irVersion } = runtimeLimits;
  expect(await loads(irVersion, { 'ai.onnx': 17 })).toBe(true);
  expect(await loads(irVersion + 1, { 'ai.onnx': 17 })).toBe(false);
});

test('the newest operator sets are those that the runtime knows, and no newer', async () => {
  for (const [domain, version] of Object.entries(runtimeLimits.opsets)) {
    const others = domain === 'ai.onnx' ? {} : { 'ai.onnx': 17 };
    expect(await loads(8, { ...others, [domain]: version }), domain).toBe(true);
    expect(await loads(8, { ...others, [domain]: version + 1 }), domain).toBe(false);
  }
});

test('a domain that the runtime does not bring along has no newest operator set', () => {
  expect(newestOpset('com.example')).toBeUndefined();
  expect(newestOpset('toString')).toBeUndefined();
});
