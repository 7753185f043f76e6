import type { VerdictKind } from '../domain/evidence.js';
import type { ModelName } from '../domain/ids.js';
import type { Observation } from '../domain/observation.js';

/**
 * What tells Serin how the arms do: the port. A source tells of single requests (a router's log), or
 * comes to a finding of its own (a `/health` that reports its error rate), or both.
 */
export interface Source {
  /** What it is called in findings: `nginx log`, `health`. */
  readonly name: string;
  /** Begins to tell; called once. @throws when it cannot */
  start(listener: SourceListener): Promise<void>;
  /** What was counted since the start, by name, for people. */
  counts(): Readonly<Record<string, number>>;
  /** Tells nothing any more. */
  close(): Promise<void>;
}

/** A request of a user, or a copy of one, whose answer no user saw. */
export type ObservationKind = 'live' | 'shadow';

/** Who is told; telling must be cheap. */
export interface SourceListener {
  observed(model: ModelName, observation: Observation, kind: ObservationKind): void;
  /** Told at every look, whether or not it is another finding than before. */
  found(model: ModelName, finding: SourceFinding): void;
}

/**
 * What a source concludes. It never says `safe`: promotion rests on evidence that the judge
 * gathered, and a number that is in order only is no objection.
 */
export interface SourceFinding {
  readonly source: string;
  /** `unmeasurable` also where the source itself cannot be relied on. */
  readonly verdict: Exclude<VerdictKind, 'safe'>;
  /** For people: what was seen, and what was expected. */
  readonly sentence: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}
