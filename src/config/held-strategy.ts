import type { VersionRef } from '../domain/deployment.js';
import type { NginxFront } from '../domain/front.js';
import type { ModelName } from '../domain/ids.js';
import type { Percent } from '../domain/share.js';
import type { StickyKey } from '../domain/sticky-key.js';
import { OnUndecided } from '../rollout/strategy/step.js';
import {
  OnHarm,
  RouterKind,
  type ArtefactRef,
  type Strategy,
} from '../rollout/strategy/strategy.js';
import { defaults } from './defaults.js';
import { toCheckSettings } from './to-check-settings.js';
import { time } from './units.js';

/** A canary that somebody deploys without a plan. */
export interface HeldCanary {
  readonly model: ModelName;
  /** What is live. */
  readonly stable: VersionRef;
  readonly canary: VersionRef;
  readonly weight: Percent;
  readonly sticky?: StickyKey;
  /** The judge's own settings; its defaults where they are left out. */
  readonly judging?: Readonly<Record<string, unknown>>;
  /** What stands in front of the model. */
  readonly front?: NginxFront;
}

/**
 * The plan of whoever has none: one weight that is held until somebody promotes the canary or rolls it
 * back. The judge looks at it as at any other, and says what it finds; it moves nothing.
 */
export function heldStrategy(held: HeldCanary): Strategy {
  const { model, stable, canary, weight, sticky, judging = {}, front } = held;
  const hold = { minMs: 0, maxMs: time.read(defaults.longestHeld), requests: 0 };
  const reason = `held at ${weight}% until somebody promotes it or rolls it back`;
  return {
    v: 1,
    model,
    stable: artefactOf(model, stable),
    canary: artefactOf(model, canary),
    router: front === undefined ? RouterKind.InProcess : RouterKind.Nginx,
    ...(front === undefined ? {} : { nginx: front }),
    ...(sticky === undefined ? {} : { sticky }),
    gates: [],
    steps: [
      { kind: 'weight', weight, hold, onUndecided: OnUndecided.Pause },
      { kind: 'pause', reason },
    ],
    checks: toCheckSettings({}),
    judging,
    onHarm: OnHarm.Pause,
    fastFail: { consecutiveErrors: defaults.consecutiveErrors },
    // Who took it back may well try the same one again.
    coolDownMs: 0,
    keepWarmMs: time.read(defaults.keepWarm),
    notify: [],
  };
}

/** Where a version that is known is found again. */
function artefactOf(model: ModelName, ref: VersionRef): ArtefactRef {
  switch (ref.kind) {
    case 'onnx':
      return { kind: 'path', path: `${model}/${ref.version}`, digest: ref.digest };
    case 'http':
      return { kind: 'http', url: ref.url };
    case 'process':
      return { kind: 'process', launch: ref.launch };
    case 'container': {
      const { image, ...launch } = ref.launch;
      return { kind: 'image', image, pinned: image, launch };
    }
  }
}
