/** Time as the load generator needs it. */
export interface LoadClock {
  /** Milliseconds that never go backwards, with their fractions. */
  nowMs(): number;
  /** Calls back once, a millisecond early or late. @returns what cancels it */
  after(ms: number, callback: () => void): () => void;
  /** Calls back once, as soon after this time as can be. @returns what cancels it */
  preciselyAt(atMs: number, callback: () => void): () => void;
}
