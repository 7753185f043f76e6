import type { Finding, Measurement } from '../gates/report/report.js';
import type { CiPorts, StageProgress } from './ports.js';
import type { CiSettings } from './settings.js';
import type { StageName, StageResults } from './state/state.js';

/** What a stage works with. */
export interface StageContext {
  readonly settings: CiSettings;
  readonly ports: CiPorts;
  readonly progress: StageProgress;
  readonly signal: AbortSignal;
  /** Of the folder that is built, as it was when this run began. */
  readonly folderDigest: () => Promise<string>;
  /** Of what is sent to the container, likewise. */
  readonly inputsDigest: () => Promise<string>;
  /** Of the folder of a model, likewise. */
  readonly modelDigest: (folder: string) => Promise<string>;
  /**
   * What an earlier stage left, for what is here now.
   * @throws SerinError `ci-stage-missing` where it has not passed, or for something else
   */
  readonly resultOf: <Name extends StageName>(name: Name) => Promise<StageResults[Name]>;
  /** Whether a stage has passed for what is here now, and nobody undid it. */
  readonly isDone: (name: StageName) => Promise<boolean>;
  /** Keeps what a stage has begun, for a run that takes it up again. */
  readonly keep: <Name extends StageName>(name: Name, result: StageResults[Name]) => Promise<void>;
  /** What an earlier run kept for the same inputs, and did not finish. */
  readonly kept: <Name extends StageName>(name: Name) => Promise<StageResults[Name] | undefined>;
}

/** How a stage ended. */
export interface StageOutcome<Name extends StageName> {
  readonly passed: boolean;
  /** One line: what was done. */
  readonly detail: string;
  /** Why it did not pass, and what else was seen. */
  readonly findings: readonly Finding[];
  readonly measurements?: readonly Measurement[];
  /** The last lines that the container wrote. */
  readonly log?: readonly string[];
  readonly result: StageResults[Name];
}

/** One stage of the pipeline; each is a command of its own, too. */
export interface Stage<Name extends StageName = StageName> {
  readonly name: Name;
  /** What it does, for the help. */
  readonly summary: string;
  /** What its outcome depends on: with the same text it need not be run again. */
  inputs(context: StageContext): Promise<string> | string;
  /**
   * Whether what an earlier run left is still there; left out: it cannot go away.
   * @throws SerinError where somebody changed it: going on would be wrong
   */
  stillHolds?(result: StageResults[Name], context: StageContext): Promise<boolean>;
  /** @throws SerinError where it could not be carried out */
  run(context: StageContext): Promise<StageOutcome<Name>>;
}
