/** Time as a supervisor sees it: real, or a test's. */
export interface Clock {
  /** Milliseconds that never go back; only differences mean something. */
  nowMs(): number;
  /**
   * Calls once, after a time.
   * @returns forgets the call
   */
  after(ms: number, call: () => void): () => void;
}

/** The time of this machine. */
export const realClock: Clock = {
  nowMs: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
