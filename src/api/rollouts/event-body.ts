import { eventSentence } from '../../rollout/describe/event-sentence.js';
import type { RolloutEventBody } from '../contract/rollouts.js';
import type { Happening } from './histories.js';
import { iso } from './summary.js';

/** One event of a rollout, as the API tells it. */
export function eventBody({ sequence, event, before, after }: Happening): RolloutEventBody {
  const { atMs, type } = event;
  return {
    sequence,
    at: iso(atMs),
    type,
    sentence: eventSentence(event, before, after),
    by: 'by' in event ? event.by : null,
    why: 'why' in event ? event.why : 'reason' in event ? event.reason : null,
    phase: after.phase.kind,
    weight: after.phase.kind === 'promoted' ? 100 : after.weight,
    // The strategy is told once, with the rollout.
    particulars: type === 'submitted' ? {} : { ...event },
  };
}
