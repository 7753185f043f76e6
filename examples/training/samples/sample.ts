import type { Split, Table } from '../data/table.js';
import type { Network } from '../network/network.js';
import type { Random } from '../random.js';

/** A sample model: what it learns from, and how each of its versions does so. */
export interface Sample {
  readonly model: string;
  /** Where the data are from, and what is really predicted. */
  readonly description: string;
  readonly input: {
    readonly name: string;
    /** Of one row. */
    readonly shape: readonly number[];
    readonly description: string;
  };
  readonly output: { readonly name: string; readonly description: string };
  readonly labels: readonly string[];
  /** On how many recorded rows a new version has to tell the class that stable tells: `85%`. */
  readonly minAgreement: string;
  /** The version that takes live traffic at first. */
  readonly stable: string;
  /** Reads and parts the data; the same parts for every version, so that they can be compared. */
  readonly load: (random: Random) => Split;
  readonly versions: readonly SampleVersion[];
}

export interface SampleVersion {
  readonly version: string;
  readonly description: string;
  /**
   * Learns from the training rows.
   * @param onProgress is told the share of the work that is done, from 0 to 1
   */
  readonly train: (
    training: Table,
    random: Random,
    onProgress: (done: number) => void,
  ) => Promise<Network>;
}
