/** An HTTP server that Serin started, now or before it was started itself. */
export interface RunningServer {
  /** For people: `process 4711`. */
  readonly name: string;
  /** The process that answers; undefined where Serin cannot see it. */
  readonly pid: number | undefined;
  /** Resolves when it has ended, with the reason in words: `exit code 1`. */
  readonly ended: Promise<string>;
  /** The last lines that it wrote, the newest last. */
  lastLines(): Promise<readonly string[]>;
  /** Ends it: it is asked to, and made to when it does not within its time. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): void;
}

/** Starts one version's server, again and again on the same port. */
export interface ServerStarter {
  /** Where it listens, once it was started or taken up. */
  readonly port: number;
  /** What runs already since before Serin was started; undefined: nothing does. */
  takeUp(): Promise<RunningServer | undefined>;
  /**
   * @param signal aborts what takes long: nobody waits any more
   * @throws SerinError `launch-failed`, `address-in-use`, and what an engine throws
   */
  start(signal: AbortSignal): Promise<RunningServer>;
  /** Nothing of it runs any more: forgets it. */
  forget(): Promise<void>;
}
