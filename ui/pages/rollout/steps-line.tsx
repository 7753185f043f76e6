import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { Explained } from '../../parts/explained.js';
import { count, duration } from '../../words/format.js';

type Step = RolloutBody['plan'][number];

/** The steps of the strategy from left to right, and where the rollout stands. */
export function StepsLine({ rollout }: { readonly rollout: RolloutBody }) {
  const { plan, outcome, phase } = rollout;
  const end =
    outcome ?? (phase === 'promoting' || phase === 'rolling-back' ? phase : ('coming' as const));
  return (
    <section class="card steps-card" aria-label="Steps">
      <ol class="steps">
        {plan.map((step, i) => (
          <li
            key={i}
            data-numbers
            class={`step ${step.state} ${step.kind}`}
            aria-current={step.state === 'current' ? 'step' : undefined}
          >
            <span class="step-dot" aria-hidden="true" />
            <span class="step-title">{step.title}</span>
            <span class="step-note">
              <Explained of="stepNote">{noteOf(step, rollout)}</Explained>
            </span>
          </li>
        ))}
        <li class={`step last ${end}`}>
          <span class="step-dot" aria-hidden="true" />
          <span class="step-title">{endWords[end]}</span>
          <span class="step-note">{outcome === null ? '' : 'the end'}</span>
        </li>
      </ol>
    </section>
  );
}

const endWords = {
  promoted: 'promoted',
  'rolled-back': 'rolled back',
  failed: 'failed',
  aborted: 'aborted',
  promoting: 'promoting',
  'rolling-back': 'rolling back',
  coming: 'stable',
} as const;

function noteOf({ state, hold, kind }: Step, rollout: RolloutBody): string {
  if (state === 'done') return 'done';
  if (state === 'current' && rollout.outcome !== null) return 'ended here';
  if (kind === 'pause') return 'waits for a person';
  if (kind === 'gate') return 'waits for its answer';
  if (hold === null) return '';
  if (hold.min_ms === 0 && hold.requests === 0) return 'held for a person';
  if (state === 'coming' || rollout.outcome !== null || rollout.step_since === null) {
    return `${duration(hold.min_ms)}, ${count(hold.requests)} requests`;
  }
  const served = Math.min(
    hold.min_ms,
    Math.max(0, Date.now() - new Date(rollout.step_since).getTime()),
  );
  const requests = Math.min(rollout.verdict?.requests.canary ?? 0, hold.requests);
  return `${duration(served)} of ${duration(hold.min_ms)}, ${count(requests)} of ${count(hold.requests)} requests`;
}
