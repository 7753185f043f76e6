/** What must be true of every rollout, whatever goes wrong. */
export const Invariant = {
  NotAbove: 'the canary never gets more than the strategy allows',
  NothingAfter: 'a rolled-back canary gets no request',
  StableThere: 'stable is never empty',
  Ends: 'every started rollout ends or waits for a named thing',
  SameState: 'the state after a resume is the state without the crash',
  NotEarly: 'a step is not left before its hold is served',
  NotUnasked: 'nothing goes forward but by the judge, a gate, a person, or a strategy that says so',
  NotBlind: 'nothing is promoted that was not found safe',
  LoadedFirst: 'only a canary that is loaded is given traffic',
} as const;
export type Invariant = (typeof Invariant)[keyof typeof Invariant];

export interface Violation {
  readonly invariant: Invariant;
  readonly found: string;
}
