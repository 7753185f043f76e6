/** What is wrong with a request that has landed; undefined where nothing is. */
export interface Fault {
  readonly kind: FaultKind;
  /** In words, without what differs from one request to the next where that can be. */
  readonly words: string;
}

/** The ways in which a request fails. */
export const FaultKind = {
  Refused: 'refused',
  Dropped: 'dropped',
  Malformed: 'malformed',
  Timeout: 'timeout',
  /** Another status than expected. */
  Status: 'status',
  /** The right status, and a body that cannot be right. */
  WrongAnswer: 'wrong-answer',
} as const;
export type FaultKind = (typeof FaultKind)[keyof typeof FaultKind];
