import type { RolloutEventBody } from '../../src/api/contract/rollouts.js';
import { percent } from '../words/format.js';
import type { Colour } from './colour.js';

type Phase = RolloutEventBody['phase'];

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
  for (const [i, event] of events.entries()) {
    const at = new Date(event.at).getTime() / 1000;
    const isNewPhase = before?.phase !== event.phase;
    const decided = isNewPhase ? decisionAt(events, i) : undefined;
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

/**
 * Taking the canary its traffic is the decision; the confirmation follows within a moment, and says
 * whether this was an abort. Both together are one mark.
 */
function decisionAt(events: readonly RolloutEventBody[], index: number): Decision | undefined {
  const phase = events[index]?.phase;
  if (phase === undefined) return undefined;
  if (phase === 'rolling-back') {
    const next = events.slice(index).find((event) => event.phase !== 'rolling-back');
    return decisions[next?.phase === 'aborted' ? 'aborted' : phase];
  }
  if (phase === 'aborted' && events[index - 1]?.phase === 'rolling-back') return undefined;
  return decisions[phase];
}

type Decision = Pick<Mark, 'words' | 'colour'>;

const decisions: Partial<Record<Phase, Decision>> = {
  promoting: { words: 'promoted', colour: 'good' },
  'rolling-back': { words: 'rolled back', colour: 'bad' },
  failed: { words: 'failed', colour: 'bad' },
  aborted: { words: 'aborted', colour: 'soft' },
};
