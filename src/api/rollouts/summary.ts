import { isActive, waitsFor } from '../../rollout/machine/waiting.js';
import type { Rollout } from '../../rollout/machine/state.js';
import { causeName } from '../../rollout/describe/cause.js';
import { phaseSentence } from '../../rollout/describe/phase-sentence.js';
import type { TimeLeft } from '../../rollout/describe/time-left.js';
import type { ArtefactRef } from '../../rollout/strategy/strategy.js';
import type { RolloutSummary } from '../contract/rollouts.js';

/**
 * A rollout in short.
 * @param left undefined where it does not go on by itself
 */
export function summaryOf(
  rollout: Rollout,
  { meter, left }: { readonly meter: number | null; readonly left: TimeLeft | undefined },
): RolloutSummary {
  const { id, strategy, phase, step, weight, submittedAtMs, submittedBy, clockMs } = rollout;
  const endedAtMs = 'atMs' in phase ? phase.atMs : undefined;
  return {
    id,
    model: strategy.model,
    stable: versionName(strategy.stable),
    canary: versionName(strategy.canary),
    phase: phase.kind,
    sentence: phaseSentence(rollout),
    outcome: outcomeOf(rollout),
    step,
    steps: strategy.steps.length,
    weight: phase.kind === 'promoted' ? 100 : weight,
    meter,
    waits_for: waitsFor(rollout) ?? null,
    time_left:
      left === undefined ? null : { at_least_ms: left.atLeastMs, at_most_ms: left.atMostMs },
    started_at: iso(submittedAtMs),
    changed_at: iso(clockMs),
    ended_at: endedAtMs === undefined ? null : iso(endedAtMs),
    started_by: submittedBy,
    by: 'by' in phase ? causeName(phase.by) : null,
  };
}

/** Milliseconds since 1970 as RFC 3339. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function outcomeOf(rollout: Rollout): RolloutSummary['outcome'] {
  const { kind } = rollout.phase;
  if (isActive(rollout)) return null;
  return kind === 'promoted' || kind === 'rolled-back' || kind === 'failed' || kind === 'aborted'
    ? kind
    : null;
}

/** The last part of a path names the version: `models/churn/2`. */
export function versionName(ref: ArtefactRef): string {
  switch (ref.kind) {
    case 'path':
      return (
        ref.path
          .replace(/\/(model\.onnx)?$/, '')
          .split('/')
          .at(-1) ?? ref.path
      );
    case 'http':
      return ref.url.replace(/^https?:\/\//, '').replace(/\/$/, '');
    case 'process':
      return ref.launch.command.join(' ');
    case 'image':
      return ref.image;
  }
}
