import type { Registry } from 'prom-client';
import type { ModelName, VersionName } from '../domain/ids.js';
import type { VersionRef } from '../domain/deployment.js';
import type { Version } from '../domain/version.js';
import type { LaunchApart } from '../gates/on-versions/loadtest-version.js';
import type { GatesToTry } from '../gates/trial/gate-trials.js';
import type { AnswersToJudge } from '../observing/answers-to-judge.js';
import type { Comparisons } from '../observing/comparisons.js';
import type { ServiceWitness } from '../observing/service-witness.js';
import type { Deployments } from '../rollout/deployments.js';
import type { Fronts } from '../rollout/live/fronts.js';
import type { LiveRollouts } from '../rollout/live/live-rollouts.js';
import type { GateReports } from '../store/gate-reports.js';
import type { SessionStore } from '../store/sessions.js';
import type { Clocks } from '../serving/gateway/answer-prediction.js';

/** Versions as the API offers them. */
export interface VersionCatalogue {
  list(): Promise<
    readonly { readonly model: ModelName; readonly versions: readonly VersionName[] }[]
  >;
  load(model: ModelName, version: VersionName): Promise<Version>;
  /** What a deployment serves. */
  find(model: ModelName, ref: VersionRef): Promise<Version>;
  /**
   * Finds what a person named: `churn/2`, a path inside the model roots, or an HTTP address
   * (then `model` says whose version it is).
   */
  resolve(named: string, model: ModelName | undefined): Promise<Version>;
}

/** Everything that routes need; `main.ts` puts it together. */
export interface ServerContext {
  readonly deployments: Deployments;
  readonly rollouts: LiveRollouts;
  readonly fronts: Fronts;
  readonly gateReports: GateReports;
  readonly gatesToTry: GatesToTry;
  readonly sessions: SessionStore;
  /** Starts a version that nobody but a test asks. */
  readonly launchApart: LaunchApart;
  readonly versions: VersionCatalogue;
  readonly witness: ServiceWitness;
  readonly comparisons: Comparisons;
  readonly answers: AnswersToJudge;
  readonly metrics: Registry;
  readonly clocks: Clocks;
  readonly settings: ServerSettings;
}

export interface ServerSettings {
  /** Of Serin itself. */
  readonly productVersion: string;
  readonly host: string;
  /** Model that a request means when it names none, and there are several. */
  readonly defaultModel: string | undefined;
  readonly adminToken: string | undefined;
  readonly faultsEnabled: boolean;
  /** Whether requests and answers on which shadowed arms disagree are kept for a person to see. */
  readonly keepPayloads: boolean;
  /** Whether gates of strategies may run commands on this machine. */
  readonly allowCommands: boolean;
  /** Of a runner process, at most; undefined: no limit. */
  readonly runnerMemoryBytes: number | undefined;
  readonly maxBodyBytes: number;
  /** Of an ONNX file that is uploaded. */
  readonly maxModelBytes: number;
  /** Folders with models; what is uploaded comes into the first. */
  readonly modelRoots: readonly string[];
  /** Until a whole request must have arrived; so long may a client read nothing of its answer. */
  readonly receiveTimeoutMs: number;
}
