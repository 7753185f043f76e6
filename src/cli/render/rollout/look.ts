import type { Paint } from '../paint.js';

/** How and where something is drawn. */
export interface Look {
  readonly paint: Paint;
  readonly columns: number;
  readonly nowMs: number;
  /** A time of the API (RFC 3339) as a person reads it. */
  readonly timeOf: (rfc3339: string) => string;
}
