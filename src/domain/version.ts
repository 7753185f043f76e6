import type { Digest, ModelName, VersionName } from './ids.js';
import type { ContainerLaunch, ProcessLaunch } from './launch.js';
import type { Signature } from './signature.js';

/** Which output is the prediction, and what kind of answer it is. */
export interface PredictionSpec {
  /** The output's name. */
  readonly output: string;
  /**
   * `probability`: one number from 0 to 1 a row; `score`: one number a row; `classes`: one number
   * a class, the largest wins; `label`: the output holds the class itself (integer or string).
   */
  readonly kind: 'probability' | 'score' | 'classes' | 'label';
  /** The classes' names, in the order of the output; empty where they have none. */
  readonly labels: readonly string[];
}

/** How rows of one version may be put together (DESIGN, decision 2). */
export interface BatchingSpec {
  readonly enabled: boolean;
  readonly maxBatchSize: number;
  readonly maxBatchDelayMs: number;
}

/**
 * A row whose answer is known: inputs by name, expected outputs by name, nested as their shape is,
 * without the first dimension where that is the batch (free): `[0.5, 1.2]` for `[N, 2]`.
 */
export interface GoldenRow {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Largest allowed absolute difference of a number. */
  readonly tolerance: number;
}

/** One immutable artefact of a model: an ONNX file and what is known of it. */
export interface OnnxVersion {
  readonly kind: 'onnx';
  readonly model: ModelName;
  readonly version: VersionName;
  readonly digest: Digest;
  /** Absolute path of the .onnx file, symbolic links resolved. */
  readonly file: string;
  /** Of the .onnx file and its external data together. */
  readonly sizeBytes: number;
  readonly signature: Signature;
  readonly prediction: PredictionSpec;
  readonly batching: BatchingSpec;
  readonly golden: readonly GoldenRow[];
  readonly description: string;
  /** Opset version by operator domain; the default domain is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly irVersion: number;
  readonly producer: string;
  /** The file's own metadata properties. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A version that an HTTP server outside Serin answers for. */
export interface HttpVersion {
  readonly kind: 'http';
  readonly model: ModelName;
  /** The server's host and port, or a name that was given to it. */
  readonly version: VersionName;
  /** `http://host:port`, or with a path that predictions are sent to. */
  readonly url: string;
}

/** A command that Serin runs, whose process answers over HTTP. */
export interface ProcessVersion {
  readonly kind: 'process';
  readonly model: ModelName;
  /** Made of the command and all that it is given but its port. */
  readonly version: VersionName;
  readonly launch: ProcessLaunch;
}

/** An image that Serin runs, whose container answers over HTTP. */
export interface ContainerVersion {
  readonly kind: 'container';
  readonly model: ModelName;
  /** Made of the image's digest and all that it is given but its port. */
  readonly version: VersionName;
  readonly launch: ContainerLaunch;
}

/** A version whose HTTP server Serin starts and stops. */
export type LaunchedVersion = ProcessVersion | ContainerVersion;

export type Version = OnnxVersion | HttpVersion | LaunchedVersion;
