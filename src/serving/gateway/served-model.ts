import { Arm } from '../../domain/arm.js';
import type { ModelName, VersionName } from '../../domain/ids.js';
import type { Split } from '../../traffic/in-process/split.js';
import type { FaultInjector } from '../faults.js';
import type { Upstream } from '../upstream.js';
import type { Shadow } from './shadow.js';

/** One arm as it stands: what answers, and what is made to go wrong with it. */
export interface ServedArm {
  readonly upstream: Upstream;
  readonly faults: FaultInjector;
  /** Ends the process behind it at once, for fault injection; undefined where there is none. */
  readonly crash: (() => void) | undefined;
  /**
   * Has the process behind it take so many MiB more each second, for fault injection; 0 ends it and
   * gives everything back. Undefined where there is none.
   */
  readonly leak: ((mebibytesPerSecond: number) => void) | undefined;
  /** What to show of the process behind it; undefined where there is none. */
  readonly process: (() => Promise<ProcessFacts>) | undefined;
}

/** What is known of the process behind an arm. */
export interface ProcessFacts {
  readonly state: string;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly lastExit: string | undefined;
  readonly residentBytes: number | undefined;
  readonly cpuSeconds: number | undefined;
  readonly queuedRequests: number;
  /** Batches that were sent, and the rows in all of them. */
  readonly batches: number;
  readonly batchedRows: number;
  /** Batches by their number of rows: upper bound (the last is Infinity) and count, not cumulated. */
  /** Requests that left the queue, and how long they had been in it; undefined: nobody measures. */
  readonly queue: TimedRequests | undefined;
  /** Requests that the model answered, and how long it was busy with the batch of each. */
  readonly compute: TimedRequests | undefined;
  readonly batchSizes: readonly { readonly upTo: number; readonly count: number }[];
}

/** How many requests, and how long they took together. */
export interface TimedRequests {
  readonly count: number;
  readonly seconds: number;
}

/** One model as the gateway serves it now. The deployments write it, requests read it. */
export class ServedModel {
  stable: ServedArm | undefined;
  canary: ServedArm | undefined;
  /** Copies stable's requests to the canary; undefined: none are copied. */
  shadow: Shadow | undefined;

  constructor(
    readonly name: ModelName,
    readonly split: Split,
  ) {}

  arm(arm: Arm): ServedArm | undefined {
    return arm === Arm.Stable ? this.stable : this.canary;
  }

  /** The arm that serves a version, or undefined when it is not loaded. */
  armOfVersion(version: VersionName): Arm | undefined {
    if (this.stable?.upstream.version.version === version) return Arm.Stable;
    if (this.canary?.upstream.version.version === version) return Arm.Canary;
    return undefined;
  }

  isReady(): boolean {
    return this.stable?.upstream.isReady() === true;
  }
}
