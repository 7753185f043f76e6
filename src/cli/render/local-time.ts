/** A time of the API (RFC 3339) as the clock on the wall has it: `14:03:59`. */
export function localTime(rfc3339: string): string {
  return new Date(rfc3339).toLocaleTimeString('en-GB');
}

/** The same with its day: `2026-03-01 14:03:59`. */
export function localDateTime(rfc3339: string): string {
  return new Date(rfc3339).toLocaleString('sv-SE');
}
