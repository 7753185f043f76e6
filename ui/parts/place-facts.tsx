import type { ComponentChildren } from 'preact';
import type { RolloutSummary } from '../../src/api/contract/rollouts.js';
import { percent } from '../words/format.js';
import { Fact } from './fact.js';
import { SplitBar } from './split-bar.js';

/** How much of the traffic the canary has; to be used inside a `dl`. */
export function WeightFact({ weight }: Pick<RolloutSummary, 'weight'>) {
  return (
    <Fact name="Weight" of="weight" note={<SplitBar canaryPercent={weight} />}>
      {percent(weight)}
    </Fact>
  );
}

/** At which step a rollout stands; to be used inside a `dl`. */
export function StepFact({
  rollout: { step, steps, outcome },
  note,
}: {
  readonly rollout: Pick<RolloutSummary, 'step' | 'steps' | 'outcome'>;
  readonly note?: ComponentChildren;
}) {
  const before = outcome === null ? 'before the first' : 'none';
  return (
    <Fact name="Step" of="step" note={note}>
      {step < 0 ? before : `${Math.min(step + 1, steps)} of ${steps}`}
    </Fact>
  );
}
