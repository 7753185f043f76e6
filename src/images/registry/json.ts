export type JsonRecord = Readonly<Record<string, unknown>>;

/** What JSON says; undefined where it is none, which is for the caller to say. */
export function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
