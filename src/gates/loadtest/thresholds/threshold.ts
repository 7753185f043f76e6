/** What a threshold is about. */
export type ThresholdMetric =
  | { readonly kind: 'quantile'; /** 0 to 1 */ readonly share: number }
  | { readonly kind: 'mean' }
  | { readonly kind: 'max' }
  /** Of the requests that were measured, 0 to 1. */
  | { readonly kind: 'error-share' }
  | { readonly kind: 'error-count' }
  /** Good answers a second. */
  | { readonly kind: 'rps' };

/** A limit that a test has to keep to pass. */
export interface Threshold {
  /** As it was written: `p99<50ms`. */
  readonly text: string;
  readonly metric: ThresholdMetric;
  readonly operator: '<' | '<=' | '>' | '>=';
  /** In milliseconds, as a share, as a count, or a second: as the metric has it. */
  readonly limit: number;
}

/** Whether a value keeps within a threshold. */
export function keeps({ operator, limit }: Threshold, value: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
