import { statSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Predicts one row. */
export type Predict = (features: readonly number[]) => Promise<number>;

export interface LoadedNetwork {
  /** How many numbers a row has. */
  readonly width: number;
  readonly predict: Predict;
}

/**
 * Loads a network with one input of `[N, width]` and one number for each row.
 * @param model an .onnx file, or a folder with a model.onnx
 * @throws Error in ONNX Runtime's own words, or when the network has another form
 */
export async function loadNetwork(model: string): Promise<LoadedNetwork> {
  const file = statSync(model).isDirectory() ? path.join(model, 'model.onnx') : model;
  // A network of a few thousand weights is done before a second thread has woken up.
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
  const [input] = session.inputMetadata;
  const width = input?.isTensor === true ? input.shape.at(-1) : undefined;
  const [output] = session.outputNames;
  if (input === undefined || output === undefined || typeof width !== 'number') {
    throw new Error(`${file} should have one input of [N, width] and one output`);
  }
  return {
    width,
    predict: async (features) => {
      const row = new Tensor('float32', Float32Array.from(features), [1, width]);
      const { [output]: answer } = await session.run({ [input.name]: row }, [output]);
      const value: unknown = answer?.data[0];
      if (typeof value !== 'number' || !Number.isFinite(value)) {
        throw new Error(`the network gave ${String(value)}, which is no finite number`);
      }
      return value;
    },
  };
}
