import type { LoadRequest, SingleAnswer } from '../loadtest/sender.js';

/** A thing that is started, asked, and stopped again. */
export interface SmokeSubject {
  readonly name: string;
  /** The path that predictions are asked at, which decides their form. */
  readonly path: string;
  /**
   * Resolves when it is ready.
   * @throws NotReady when it will not be, or not before the deadline
   */
  start(deadlineMs: number): Promise<void>;
  /** @throws SerinError, or what the network says, where no answer comes within the time */
  ask(request: LoadRequest, timeoutMs: number): Promise<SingleAnswer>;
  /** The last lines that it wrote; empty where it is not ours to read. */
  log(): readonly string[];
  stop(): Promise<void>;
}

/** It did not become ready; the message says why, in words. */
export class NotReady extends Error {
  /** @param ended whether it is gone, rather than late */
  constructor(
    message: string,
    readonly ended: boolean,
  ) {
    super(message);
  }
}
