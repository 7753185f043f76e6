import type { RolloutSummary } from '../../src/api/contract/rollouts.js';
import { phases, type Tone } from '../words/words.js';

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** Where a rollout stands, in one word. */
export function PhaseBadge({ phase }: { readonly phase: RolloutSummary['phase'] }) {
  const { words, tone } = phases[phase];
  return <Badge tone={tone}>{words}</Badge>;
}
