import { toModelName } from '../domain/ids.js';
import { toPercent } from '../domain/share.js';
import type { StickyKey } from '../domain/sticky-key.js';
import type { Hold, OnUndecided, Step } from '../rollout/strategy/step.js';
import {
  NotifyOn,
  RouterKind,
  type NotifyTarget,
  type Strategy,
} from '../rollout/strategy/strategy.js';
import { artefactRef } from './artefact-ref.js';
import { defaults } from './defaults.js';
import { toGate } from './gates/to-gate.js';
import { toSourceSettings } from './sources-schema.js';
import { toNginxFront } from './to-nginx-front.js';
import type { SerinFile } from './schema.js';
import { toCheckSettings } from './to-check-settings.js';
import { percent, size, time } from './units.js';

type Of<K extends keyof SerinFile> = NonNullable<SerinFile[K]>;

/** A checked file as a strategy: units read, defaults filled in, every step with its own hold. */
export function toStrategy(file: SerinFile): Strategy {
  const { sticky, nginx } = file.traffic ?? {};
  return {
    v: 1,
    model: toModelName(file.model),
    stable: artefactRef(file.stable),
    canary: artefactRef(file.canary),
    router: file.traffic?.router ?? RouterKind.InProcess,
    ...(nginx === undefined ? {} : { nginx: toNginxFront(nginx) }),
    ...(sticky === undefined ? {} : { sticky: stickySetting(sticky) }),
    gates: (file.gates ?? []).map(toGate),
    steps: (file.steps ?? defaultSteps(file)).map((step) => stepOf(step, file)),
    checks: toCheckSettings(file.checks ?? {}),
    ...(file.onHarm === undefined ? {} : { onHarm: file.onHarm }),
    fastFail: {
      consecutiveErrors: file.fastFail?.consecutiveErrors ?? defaults.consecutiveErrors,
      ...(file.fastFail?.memory === undefined
        ? {}
        : { memoryBytes: size.read(file.fastFail.memory) }),
    },
    ...(file.sources === undefined ? {} : { sources: toSourceSettings(file.sources) }),
    coolDownMs: time.read(file.coolDown ?? defaults.coolDown),
    ...(file.holdback === undefined
      ? {}
      : {
          holdback: {
            percent: toPercent(percent.read(file.holdback.percent)),
            forMs: time.read(file.holdback.for),
          },
        }),
    keepWarmMs: time.read(file.keepWarm ?? defaults.keepWarm),
    notify: (file.notify ?? []).map(notifyTarget),
  };
}

function stickySetting({ header, cookie, field }: NonNullable<Of<'traffic'>['sticky']>) {
  const setting: StickyKey =
    header !== undefined
      ? // Header names are compared in lower case, as Node gives them.
        { from: 'header', name: header.toLowerCase() }
      : cookie !== undefined
        ? { from: 'cookie', name: cookie }
        : { from: 'field', name: field ?? '' };
  return setting;
}

function defaultSteps({ holdback }: SerinFile): Of<'steps'> {
  const top = 100 - (holdback === undefined ? 0 : percent.read(holdback.percent));
  return defaults.weights.filter((weight) => weight <= top).map((weight) => ({ weight }));
}

function stepOf(step: Of<'steps'>[number], file: SerinFile): Step {
  if (step.pause !== undefined) return { kind: 'pause', reason: step.pause };
  if (step.gate !== undefined) return { kind: 'gate', gate: toGate(step.gate) };
  const onUndecided: OnUndecided = step.onUndecided ?? file.onUndecided ?? defaults.onUndecided;
  const hold = holdOf(step, file);
  if (step.shadow === undefined) {
    return { kind: 'weight', weight: toPercent(step.weight ?? 100), hold, onUndecided };
  }
  const copied = toPercent(percent.read(step.shadow.percent ?? '100%'));
  // What a shadow step waits for stands beside `shadow`, not in its hold.
  const shadowHold = { ...hold, requests: step.shadow.requests };
  return { kind: 'shadow', percent: copied, hold: shadowHold, onUndecided };
}

function holdOf(step: Of<'steps'>[number], file: SerinFile): Hold {
  const hold = { ...defaults.hold, ...file.hold, ...step.hold };
  return { minMs: time.read(hold.min), maxMs: time.read(hold.max), requests: hold.requests };
}

function notifyTarget({ webhook, slack, tag, on }: Of<'notify'>[number]): NotifyTarget {
  if (tag !== undefined) {
    return { kind: 'stable-tag', on: [NotifyOn.Promoted, NotifyOn.RolledBack] };
  }
  return {
    kind: webhook === undefined ? 'slack' : 'webhook',
    url: webhook ?? slack ?? '',
    on: on ?? [NotifyOn.Paused, NotifyOn.Promoted, NotifyOn.RolledBack, NotifyOn.Failed],
  };
}
