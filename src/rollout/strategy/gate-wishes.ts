import type { Datatype } from '../../domain/tensor.js';

/** What an input or output has to be. */
export interface WantedValue {
  readonly datatype?: Datatype;
  /** A dimension that may vary is -1. */
  readonly shape?: readonly number[];
  readonly min?: number;
  readonly max?: number;
}

/** What the gate `validate` is to hold a version to, beyond what its model.yaml says. */
export interface ValidateWishes {
  readonly profile?: 'quick' | 'standard' | 'thorough';
  readonly seed?: number;
  readonly inputs?: Readonly<Record<string, WantedValue>>;
  readonly outputs?: Readonly<
    Record<string, WantedValue & { readonly absolute?: number; readonly relative?: number }>
  >;
  readonly dimensions?: Readonly<Record<string, number>>;
  readonly domains?: readonly string[];
  readonly maxSizeBytes?: number;
  /** Times stable's size. */
  readonly maxGrowth?: number;
  readonly maxLoadMs?: number;
  readonly maxMemoryBytes?: number;
  readonly maxLatencyMs?: number;
  /** Times stable's latency. */
  readonly maxSlowdown?: number;
  /** 0 to 1. */
  readonly minAgreement?: number;
  /** Why findings of these codes are no errors. */
  readonly accept?: Readonly<Record<string, string>>;
}

/** How patient the gate `smoke` is. */
export interface SmokeWishes {
  /** Until the version has to be ready. */
  readonly deadlineMs?: number;
  /** Until each answer has to be there. */
  readonly answerMs?: number;
  /** What is sent: bodies, or items as an inputs file has them; a file's are of its own protocol. */
  readonly inputs?: readonly unknown[];
  /** What a server with several models calls this one. */
  readonly model?: string;
}

/** The load of the gate `loadtest`, and what has to be kept under it. */
export interface LoadtestWishes {
  readonly load?:
    | {
        readonly kind: 'closed';
        readonly users: number;
        /** Absent: all begin at once. */
        readonly spawnPerSecond?: number;
        readonly thinkMs: { readonly from: number; readonly to: number };
      }
    | { readonly kind: 'open'; readonly fromPerSecond: number; readonly toPerSecond: number };
  readonly warmUpMs?: number;
  readonly durationMs?: number;
  /** Until each request is given up. */
  readonly answerMs?: number;
  /** As they are written: `p99<50ms`. */
  readonly thresholds?: readonly string[];
  /** Default: true. */
  readonly stopEarly?: boolean;
  readonly seed?: number;
  /** Whether stable has half of the load, and the judge compares the two. Default: true. */
  readonly compare?: boolean;
  /** What is sent: bodies, or items as an inputs file has them; a file's are of its own protocol. */
  readonly inputs?: readonly unknown[];
  /** What a server with several models calls this one. */
  readonly model?: string;
}
