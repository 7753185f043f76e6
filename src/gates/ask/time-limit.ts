/** A longer timer of Node rings at once. */
const longestMs = 2 ** 31 - 1;

/** Calls back once when the time is up. @returns what cancels it */
export function afterTimeLimit(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, Math.min(ms, longestMs));
  return () => clearTimeout(timer);
}
