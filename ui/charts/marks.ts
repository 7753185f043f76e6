import type { RolloutEventBody } from '../../src/api/contract/rollouts.js';
import { percent } from '../words/format.js';
import type { Colour } from './colours.js';

/** A moment that is marked in all charts. */
export interface Mark {
  /** Seconds since 1970. */
  readonly at: number;
  readonly words: string;
  readonly colour: Colour;
  /** Decisions are drawn through; steps are only hinted at. */
  readonly isDecision: boolean;
}

/** Where the weight changed, and where the rollout stopped, went on or was decided. */
export function marksOf(events: readonly RolloutEventBody[]): Mark[] {
  const marks: Mark[] = [];
  let before: RolloutEventBody | undefined;
  for (const event of events) {
    const at = new Date(event.at).getTime() / 1000;
    const isNewPhase = before?.phase !== event.phase;
    const decided = isNewPhase ? decisions[event.phase] : undefined;
    if (decided !== undefined) {
      marks.push({ at, ...decided, isDecision: true });
    } else if (isNewPhase && event.phase === 'paused') {
      marks.push({ at, words: 'paused', colour: 'wait', isDecision: false });
    } else if (before?.weight !== event.weight && event.weight > 0) {
      marks.push({ at, words: percent(event.weight), colour: 'soft', isDecision: false });
    }
    before = event;
  }
  return marks;
}

/** Beginning to roll back is the decision; the confirmation follows within a moment. */
const decisions: Partial<
  Record<RolloutEventBody['phase'], { readonly words: string; readonly colour: Colour }>
> = {
  promoting: { words: 'promoted', colour: 'good' },
  'rolling-back': { words: 'rolled back', colour: 'bad' },
  failed: { words: 'failed', colour: 'bad' },
};
