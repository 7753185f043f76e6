import type { FeedbackMeasure } from '../../domain/feedback.js';
import type { NginxFront } from '../../domain/front.js';
import type { Digest, ModelName } from '../../domain/ids.js';
import type { ContainerLaunch, ProcessLaunch } from '../../domain/launch.js';
import type { Percent, Share } from '../../domain/share.js';
import type { StickyKey } from '../../domain/sticky-key.js';
import type { Gate } from './gate.js';
import type { SourceSettings } from './sources.js';
import type { Step } from './step.js';

/** What stands for an arm in a strategy: where its version is found. */
export type ArtefactRef =
  /**
   * A folder with a model.onnx, or an .onnx file, as it was written; the digest of what lay there
   * when the rollout was started.
   */
  | { readonly kind: 'path'; readonly path: string; readonly digest?: Digest }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'process'; readonly launch: ProcessLaunch }
  | {
      readonly kind: 'image';
      readonly image: string;
      /** What the name meant when the rollout was started: by its digest, or its id here. */
      readonly pinned?: string;
      readonly launch: Omit<ContainerLaunch, 'image'>;
    };

/** What splits the traffic. */
export const RouterKind = {
  InProcess: 'in-process',
  Nginx: 'nginx',
  GatewayApi: 'gateway-api',
} as const;
export type RouterKind = (typeof RouterKind)[keyof typeof RouterKind];

/** What the judge asks, and how much worse the canary may be; what is absent has the judge's default. */
export interface CheckSettings {
  /** The chance of ever rolling back a harmless canary, over the whole rollout. */
  readonly alpha: Share;
  readonly latency: Setting<{
    /** Of the mean. */
    readonly tolerance?: Share;
    readonly p95?: Share;
    readonly p99?: Share;
  }>;
  /** In percentage points, as a share: 0.005 is half a point. */
  readonly errors: Setting<{ readonly tolerance?: Share }>;
  /** Largest tolerated distance between the two arms' outputs, 0 to 1. */
  readonly predictions: Setting<{ readonly drift?: Share }>;
  /** Shadow only: the least share of equal answers to equal inputs. */
  readonly agreement: Setting<{
    readonly min?: Share;
    /** Scores that differ by no more than this share of the larger one are equal. */
    readonly tolerance?: Share;
  }>;
  /** As errors are; absent: not asked, as each of them is an error as well. */
  readonly timeouts?: Setting<{
    readonly tolerance?: Share;
    /** Whether promotion waits until harm is excluded. */
    readonly gate?: boolean;
  }>;
  /** How much worse the canary may be by what is known afterwards. */
  readonly feedback: Setting<{
    /** Absent: accuracy. */
    readonly measure?: FeedbackMeasure;
    /** In the unit of the measure; of accuracy a share, of labelled pairs the odds above 1. */
    readonly tolerance?: number;
    /** Whether promotion waits until twice the tolerance is excluded. */
    readonly gate?: boolean;
  }>;
}

/** A check's settings, or `off`. */
export type Setting<T> = 'off' | Readonly<T>;

/** What happens when the canary was found to harm. */
export const OnHarm = { Rollback: 'rollback', Pause: 'pause' } as const;
export type OnHarm = (typeof OnHarm)[keyof typeof OnHarm];

/** What rolls back at once, without a test (DESIGN, decision 10). */
export interface FastFailRules {
  /** So many failures of the canary in a row. */
  readonly consecutiveErrors: number;
  /** Resident memory of the canary's process; absent: no limit. */
  readonly memoryBytes?: number;
}

/** After the decision to promote, so much of the traffic stays on the old stable for so long. */
export interface Holdback {
  readonly percent: Percent;
  readonly forMs: number;
}

/** What somebody can be told of. */
export const NotifyOn = {
  Started: 'started',
  Advanced: 'advanced',
  Paused: 'paused',
  Promoted: 'promoted',
  RolledBack: 'rolled-back',
  Failed: 'failed',
  Aborted: 'aborted',
} as const;
export type NotifyOn = (typeof NotifyOn)[keyof typeof NotifyOn];

export type NotifyTarget =
  | { readonly kind: 'webhook' | 'slack'; readonly url: string; readonly on: readonly NotifyOn[] }
  /** The tag `stable` of the canary's image, in its registry, follows what is promoted. */
  | { readonly kind: 'stable-tag'; readonly on: readonly NotifyOn[] };

/**
 * The plan of a rollout, parsed and complete: every default is filled in, every time is in
 * milliseconds, every share is from 0 to 1. It is plain JSON: the event log keeps it, and a rollout
 * keeps the strategy that it was started with.
 */
export interface Strategy {
  readonly v: 1;
  readonly model: ModelName;
  readonly stable: ArtefactRef;
  readonly canary: ArtefactRef;
  readonly router: RouterKind;
  /** The NGINX in front of both arms; with `router: nginx` only. */
  readonly nginx?: NginxFront;
  readonly sticky?: StickyKey;
  /** What must pass before any traffic, in this order. */
  readonly gates: readonly Gate[];
  readonly steps: readonly Step[];
  readonly checks: CheckSettings;
  /** The judge's own settings (docs/reference/judge.md), instead of `checks`. */
  readonly judging?: Readonly<Record<string, unknown>>;
  /** By evidence or by a fast-fail rule. Absent: it is rolled back. */
  readonly onHarm?: OnHarm;
  readonly fastFail: FastFailRules;
  /** What is asked beside the requests themselves. */
  readonly sources?: SourceSettings;
  /** How long the same canary is refused after a roll-back. */
  readonly coolDownMs: number;
  readonly holdback?: Holdback;
  /** How long the old stable is kept loaded after promotion, so that it can be gone back to at once. */
  readonly keepWarmMs: number;
  readonly notify: readonly NotifyTarget[];
}
