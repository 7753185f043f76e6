/** By which a missing line is noticed. */
export interface LineNumber {
  /** When the numbers began to count, in milliseconds since 1970: NGINX was started then. */
  readonly epoch: number;
  readonly number: number;
}

/** Reads `epoch.number`; undefined for anything else. */
export function readLineNumber(text: string): LineNumber | undefined {
  const parts = /^(\d+)\.(\d+)$/.exec(text);
  return parts === null ? undefined : { epoch: Number(parts[1]), number: Number(parts[2]) };
}
