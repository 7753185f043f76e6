/** How thorough a validation is. */
export const Profile = { Quick: 'quick', Standard: 'standard', Thorough: 'thorough' } as const;
export type Profile = (typeof Profile)[keyof typeof Profile];

export const profiles: readonly Profile[] = Object.values(Profile);

/** What a profile costs; counts are upper bounds, times end a check early. */
export interface ProfileSettings {
  /** Random rows on which outputs have to be finite. */
  readonly randomRows: number;
  /** Made-up rows on which the answers are compared with stable's, and recorded ones looked at. */
  readonly agreementRows: number;
  /** Recorded rows on which the answers are compared: of few of them, chance decides. */
  readonly recordedRows: number;
  /** Whether batches are tried that are as large as Serin will ever make them, or 2 rows only. */
  readonly largestBatch: boolean;
  /** How long one check asks made-up and recorded inputs. */
  readonly checkMs: number;
  /** Times that one input is repeated. */
  readonly repeats: number;
  /** Pairs of timed requests; 0: latency is not measured. */
  readonly latencyPairs: number;
  /** How long one measurement of latency may take. */
  readonly latencyMs: number;
  /** Whether NaN and infinities are sent. */
  readonly unusualInputs: boolean;
}

export const profileSettings: Readonly<Record<Profile, ProfileSettings>> = {
  [Profile.Quick]: {
    randomRows: 4,
    agreementRows: 16,
    recordedRows: 200,
    largestBatch: false,
    checkMs: 5_000,
    repeats: 2,
    latencyPairs: 0,
    latencyMs: 0,
    unusualInputs: false,
  },
  [Profile.Standard]: {
    randomRows: 32,
    agreementRows: 128,
    recordedRows: 1_000,
    largestBatch: true,
    checkMs: 20_000,
    repeats: 5,
    latencyPairs: 200,
    latencyMs: 4_000,
    unusualInputs: true,
  },
  [Profile.Thorough]: {
    randomRows: 512,
    agreementRows: 2_000,
    recordedRows: 10_000,
    largestBatch: true,
    checkMs: 120_000,
    repeats: 50,
    latencyPairs: 2_000,
    latencyMs: 30_000,
    unusualInputs: true,
  },
};
