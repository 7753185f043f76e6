import { InferenceSession, type Tensor as OrtTensor } from 'onnxruntime-node';
import { SerinError } from '../../domain/errors.js';
import type { Signature } from '../../domain/signature.js';
import type { Tensor } from '../../domain/tensor.js';
import { checkInputs } from './check-inputs.js';
import { fromOrt, toOrt, toSpec } from './ort-tensors.js';

/** A model in ONNX Runtime, in this process. */
export interface OnnxSession {
  readonly signature: Signature;
  /**
   * Predicts; the event loop stands still meanwhile.
   * @throws SerinError `invalid-input` when the inputs do not fit the signature,
   * `model-run-failed` when the model fails on them
   */
  run(inputs: readonly Tensor[]): Promise<Tensor[]>;
}

/**
 * Loads an ONNX file.
 * @param threads of one operator; more than one costs CPU time even between requests
 * @throws SerinError `model-load-failed`, with ONNX Runtime's own words
 */
export async function loadOnnxSession(file: string, threads: number): Promise<OnnxSession> {
  const session = await createSession(file, threads);
  const signature: Signature = {
    inputs: session.inputMetadata.map((metadata) => toSpec(metadata, 'input')),
    // A classifier's sequence of maps (ZipMap) cannot be fetched; its other outputs can.
    outputs: session.outputMetadata
      .filter(({ isTensor }) => isTensor)
      .map((metadata) => toSpec(metadata, 'output')),
  };
  if (signature.outputs.length === 0) {
    throw loadFailed('no output is a tensor; convert the model without ZipMap');
  }
  const fetches = signature.outputs.map(({ name }) => name);
  return { signature, run: (inputs) => run(session, signature, fetches, inputs) };
}

async function createSession(file: string, threads: number): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      // A thread that spins while it waits takes a whole CPU from everybody else (DESIGN, 3).
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    throw loadFailed(words(error));
  }
}

function loadFailed(found: string): SerinError {
  return new SerinError('model-load-failed', { found });
}

async function run(
  session: InferenceSession,
  signature: Signature,
  fetches: readonly string[],
  inputs: readonly Tensor[],
): Promise<Tensor[]> {
  checkInputs(signature, inputs);
  const feeds: Record<string, OrtTensor> = {};
  for (const input of inputs) feeds[input.name] = toOrt(input);
  let results: InferenceSession.OnnxValueMapType;
  try {
    results = await session.run(feeds, fetches);
  } catch (error) {
    throw new SerinError('model-run-failed', { found: words(error) });
  }
  return signature.outputs.map(({ name, datatype }) => fromOrt(name, datatype, results[name]));
}

/** An error of ONNX Runtime in its own words: one line, without a stack. */
function words(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replaceAll(/\s+/g, ' ').trim().slice(0, 1000);
}
