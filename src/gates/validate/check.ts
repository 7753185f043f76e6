import type { Finding, Measurement } from '../report/report.js';
import type { Expectations } from './expectations.js';
import type { ProfileSettings } from './profile.js';
import type { Subject } from './subject.js';

/** What a check says: what it looked at, in a line, and what it found. */
export interface CheckOutcome {
  readonly detail: string;
  readonly findings?: readonly Finding[];
  readonly measurements?: readonly Measurement[];
  /** Nothing could be looked at; `detail` says why. */
  readonly skipped?: true;
}

/** What checks of the files know; nothing of the model was run for it. */
export interface FileContext {
  readonly subject: Subject;
  /** Where there is something to compare with. */
  readonly stable: Subject | undefined;
  readonly expectations: Expectations;
  readonly settings: ProfileSettings;
}

export function skipped(detail: string): CheckOutcome {
  return { detail, skipped: true };
}
