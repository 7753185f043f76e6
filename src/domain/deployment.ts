import type { NginxFront } from './front.js';
import type { Digest, ModelName, VersionName } from './ids.js';
import {
  identityOfContainer,
  identityOfProcess,
  type ContainerLaunch,
  type ProcessLaunch,
} from './launch.js';
import type { Version } from './version.js';
import { toPercent, type Percent } from './share.js';
import type { RolloutId } from './rollout-id.js';
import type { StickyKey } from './sticky-key.js';

/** A version as the state remembers it: enough to find it again and to see that it is the same. */
export type VersionRef =
  | { readonly kind: 'onnx'; readonly version: VersionName; readonly digest: Digest }
  | { readonly kind: 'http'; readonly version: VersionName; readonly url: string }
  | { readonly kind: 'process'; readonly version: VersionName; readonly launch: ProcessLaunch }
  | { readonly kind: 'container'; readonly version: VersionName; readonly launch: ContainerLaunch };

interface EventBase {
  readonly model: ModelName;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Who did it: a person as the client named them, or `serin`. */
  readonly who: string;
  readonly why: string;
}

/** What can happen to a model's two arms. The log of these is the state and the audit log. */
export type DeploymentEvent = EventBase &
  (
    | { readonly type: 'stable-chosen'; readonly stable: VersionRef }
    | {
        readonly type: 'canary-deployed';
        readonly canary: VersionRef;
        readonly weight: Percent;
        readonly sticky?: StickyKey;
        /** The rollout whose canary it is; absent where a person deployed it by hand. */
        readonly rollout?: RolloutId;
      }
    | { readonly type: 'weight-set'; readonly weight: Percent }
    | { readonly type: 'promoted' }
    | { readonly type: 'rolled-back' }
    /** An NGINX stands in front of the arms from now on. */
    | { readonly type: 'fronted'; readonly front: NginxFront }
    | { readonly type: 'unloaded' }
    | { readonly type: 'loaded' }
    | { readonly type: 'fault-injected'; readonly arm: string; readonly plan: string }
  );

/** One model's arms, as its events leave them. */
export interface Deployment {
  readonly stable: VersionRef;
  readonly canary?: {
    readonly version: VersionRef;
    readonly sinceMs: number;
    readonly sticky?: StickyKey;
    readonly rollout?: RolloutId;
  };
  readonly weight: Percent;
  /** The NGINX in front of the arms; absent where requests come to Serin itself. */
  readonly front?: NginxFront;
  /** False after an unload: nothing answers until it is loaded again. */
  readonly loaded: boolean;
}

/**
 * Folds one event into a model's deployment. An event that does not fit what is there (a promotion
 * without a canary) changes nothing: the log was written by somebody else, and what is live stays.
 */
export function applyDeploymentEvent(
  deployment: Deployment | undefined,
  event: DeploymentEvent,
): Deployment | undefined {
  if (event.type === 'fronted') {
    return deployment === undefined ? undefined : { ...deployment, front: event.front };
  }
  const front = deployment?.front === undefined ? {} : { front: deployment.front };
  if (event.type === 'stable-chosen') {
    return { stable: event.stable, weight: toPercent(0), loaded: true, ...front };
  }
  if (deployment === undefined) return undefined;
  const { stable, canary } = deployment;
  const goesOn = { loaded: deployment.loaded, ...front };
  switch (event.type) {
    case 'canary-deployed': {
      const sticky = event.sticky === undefined ? {} : { sticky: event.sticky };
      const rollout = event.rollout === undefined ? {} : { rollout: event.rollout };
      const deployed = { version: event.canary, sinceMs: event.atMs, ...sticky, ...rollout };
      return { stable, canary: deployed, weight: event.weight, ...goesOn };
    }
    case 'weight-set':
      return canary === undefined ? deployment : { ...deployment, weight: event.weight };
    case 'promoted':
      if (canary === undefined) return deployment;
      return { stable: canary.version, weight: toPercent(0), ...goesOn };
    case 'rolled-back':
      return { stable, weight: toPercent(0), ...goesOn };
    case 'unloaded': {
      // What stood in front of it has ended with it, and does not come back by itself.
      const { weight } = deployment;
      return { stable, ...(canary === undefined ? {} : { canary }), weight, loaded: false };
    }
    case 'loaded':
      return { ...deployment, loaded: true };
    case 'fault-injected':
      return deployment;
  }
}

/** Whether two references mean the same artefact. */
export function isSameVersion(one: VersionRef, other: VersionRef): boolean {
  switch (one.kind) {
    case 'onnx':
      return other.kind === 'onnx' && one.version === other.version && one.digest === other.digest;
    case 'http':
      return other.kind === 'http' && one.url === other.url;
    // Not by name: one image may be known by several, as `stable` and by its digest.
    case 'process':
      return (
        other.kind === 'process' &&
        identityOfProcess(one.launch) === identityOfProcess(other.launch)
      );
    case 'container':
      return (
        other.kind === 'container' &&
        identityOfContainer(one.launch) === identityOfContainer(other.launch)
      );
  }
}

/** What is remembered of a version. */
export function toVersionRef(version: Version): VersionRef {
  switch (version.kind) {
    case 'onnx':
      return { kind: 'onnx', version: version.version, digest: version.digest };
    case 'http':
      return { kind: 'http', version: version.version, url: version.url };
    case 'process':
      return { kind: 'process', version: version.version, launch: version.launch };
    case 'container':
      return { kind: 'container', version: version.version, launch: version.launch };
  }
}
