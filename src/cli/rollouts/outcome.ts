import type { RolloutSummary } from '../../api/contract/rollouts.js';

/** What a command that waits for a rollout ends with; docs/guide/rollouts.md has the table. */
export const ExitCode = {
  Promoted: 0,
  /** Everything that is no outcome: wrong usage, no server. */
  Error: 1,
  RolledBack: 2,
  /** It is paused, or was waited for long enough: a person has to look. */
  Undecided: 3,
  /** Before any traffic. */
  Failed: 4,
  Aborted: 5,
  /** Ctrl-C, as shells have it: 128 and the number of the signal. */
  Interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The exit code that tells how a rollout stands. */
export function exitCodeOf({ outcome }: Pick<RolloutSummary, 'outcome'>): ExitCode {
  switch (outcome) {
    case 'promoted':
      return ExitCode.Promoted;
    case 'rolled-back':
      return ExitCode.RolledBack;
    case 'failed':
      return ExitCode.Failed;
    case 'aborted':
      return ExitCode.Aborted;
    case null:
      return ExitCode.Undecided;
  }
}
