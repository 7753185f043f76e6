import type { Signature } from '../../domain/signature.js';
import type { TensorModel } from '../../serving/tensor-model.js';

/** What a model's process may use. */
export interface ProcessLimits {
  /** Resident memory beyond which it is killed. */
  readonly memoryBytes: number;
  /** Until it has to be ready. */
  readonly startMs: number;
  /** Until one prediction has to be there. */
  readonly requestMs: number;
}

/** Why a process ended by itself, or was ended. */
export interface ProcessEnd {
  readonly kind: 'crashed' | 'out-of-memory' | 'timed-out' | 'closed';
  /** The same in words: `it was ended by SIGSEGV`. */
  readonly words: string;
}

/** A model that was loaded in a process of its own, so that nothing it does reaches this one. */
export interface ModelProcess extends TensorModel {
  /** As the runtime reads it from the file. */
  readonly signature: Signature;
  /** From the start of the process until it was loaded and warm. */
  readonly readyAfterMs: number;
  /** Settles when the process is gone, for whatever reason. */
  readonly ended: Promise<ProcessEnd>;
  /** The most resident memory that it ever had; undefined where nobody can tell. */
  peakMemoryBytes(): Promise<number | undefined>;
  /** Ends the process, whatever it is doing; resolves when it is gone. */
  close(): Promise<void>;
}

/** What became of a start: a process, or why there is none. */
export type StartedProcess =
  | { readonly process: ModelProcess }
  | {
      readonly failure:
        | ProcessEnd
        /** The runtime refused the file, in its own words. */
        | { readonly kind: 'refused'; readonly words: string };
    };

/** Starts a process for an ONNX file; nothing of it is left when it fails or `signal` aborts. */
export type StartModelProcess = (
  file: string,
  shownAs: string,
  limits: ProcessLimits,
  signal: AbortSignal | undefined,
) => Promise<StartedProcess>;
