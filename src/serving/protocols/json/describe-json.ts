const longestQuote = 60;

/** What a parsed JSON value is, in a few words; it never looks into lists and objects. */
export function describeJson(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : listOf(value.length);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value !== 'string') return 'an object';
  return value.length <= longestQuote
    ? JSON.stringify(value)
    : `${JSON.stringify(value.slice(0, longestQuote))}… (${value.length} characters)`;
}

function listOf(count: number): string {
  return `a list of ${count}`;
}
