import type { RolloutSummary } from '../../../src/api/contract/rollouts.js';
import { addressOf } from '../../data/address.js';
import { PhaseBadge } from '../../parts/badge.js';
import { Explained } from '../../parts/explained.js';
import { Fact } from '../../parts/fact.js';
import { Meter, meterNumber } from '../../parts/meter.js';
import { StepFact, WeightFact } from '../../parts/place-facts.js';
import { duration } from '../../words/format.js';

/** One rollout that goes on, in short. */
export function RunningRollout({ rollout }: { readonly rollout: RolloutSummary }) {
  const { id, model, stable, canary, phase, sentence, weight, meter } = rollout;
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
        <WeightFact weight={weight} />
        <StepFact
          rollout={rollout}
          note={<Explained of="timeLeft">{timeLeft(rollout)}</Explained>}
        />
        <Fact name="Evidence" of="meter" note={<Meter value={meter} small />}>
          {meterNumber(meter)}
        </Fact>
      </dl>
    </article>
  );
}

function timeLeft({ time_left: left, waits_for: waitsFor }: RolloutSummary): string {
  if (left !== null) return `at least ${duration(left.at_least_ms)} left`;
  if (waitsFor === null) return 'time left: not known';
  // What he can do is on the page of the rollout.
  return `waits for ${waitsFor.replace(/^a person .*/, 'a person')}`;
}
