import type { RolloutSummary } from '../../../src/api/contract/rollouts.js';
import { addressOf } from '../../data/address.js';
import { PhaseBadge } from '../../parts/badge.js';
import { Explained } from '../../parts/explained.js';
import { Fact } from '../../parts/fact.js';
import { Meter, meterNumber } from '../../parts/meter.js';
import { SplitBar } from '../../parts/split-bar.js';
import { duration, percent } from '../../words/format.js';
import { useLiveNumbers } from './use-live-numbers.js';

/** One rollout that goes on, in short. */
export function RunningRollout({ rollout }: { readonly rollout: RolloutSummary }) {
  const { id, model, stable, canary, phase, sentence, weight, step, steps } = rollout;
  const { meter, leftMs } = useLiveNumbers(rollout);
  return (
    <article class="card running" aria-label={`Rollout of ${model} ${canary}`}>
      <div class="running-words">
        <h3>
          <a href={addressOf(['rollouts', id])}>
            {model} <span class="arm-stable">{stable}</span> <span aria-label="to">→</span>{' '}
            <span class="arm-canary">{canary}</span>
          </a>{' '}
          <PhaseBadge phase={phase} />
        </h3>
        <p class="words">{sentence}</p>
      </div>
      <dl class="facts">
        <Fact name="Weight" of="weight" note={<SplitBar canaryPercent={weight} />}>
          {percent(weight)}
        </Fact>
        <Fact
          name="Step"
          of="step"
          note={
            <Explained of="timeLeft">
              {leftMs === null ? 'time left: not known' : `at least ${duration(leftMs)} left`}
            </Explained>
          }
        >
          {step < 0 ? 'before the first' : `${Math.min(step + 1, steps)} of ${steps}`}
        </Fact>
        <Fact name="Evidence" of="meter" note={<Meter value={meter} small />}>
          {meterNumber(meter)}
        </Fact>
      </dl>
    </article>
  );
}
