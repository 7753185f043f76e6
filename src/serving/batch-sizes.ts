/** Batches by their size in rows. */
export interface BatchSizeCount {
  /** The largest size that is counted here; infinite in the last. */
  readonly upTo: number;
  /** Batches of at most this size, and larger than the bound before. */
  readonly batches: number;
}

/** Counts batches by their size, in powers of two up to 1024: what a histogram is made of. */
export class BatchSizes {
  readonly #counts = new Uint32Array(12);
  #batches = 0;
  #rows = 0;

  /** Counts one batch; 0 rows (no first dimension) are counted as 1. */
  count(rows: number): void {
    const index = rows <= 1 ? 0 : Math.min(32 - Math.clz32(rows - 1), this.#counts.length - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#batches++;
    this.#rows += Math.max(rows, 1);
  }

  get batches(): number {
    return this.#batches;
  }

  get rows(): number {
    return this.#rows;
  }

  counts(): BatchSizeCount[] {
    return Array.from(this.#counts, (batches, index) => ({
      upTo: index === this.#counts.length - 1 ? Infinity : 2 ** index,
      batches,
    }));
  }
}
