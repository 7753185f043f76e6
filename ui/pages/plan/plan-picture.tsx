import type { PlanBody } from '../../../src/api/contract/plan.js';
import { Explained } from '../../parts/explained.js';
import type { Explained as Key } from '../../words/explanations.js';
import { duration } from '../../words/format.js';
import { checkName } from '../../words/words.js';
import { stepTimes } from './step-times.js';
import { PlanScale } from './plan-scale.js';
import { PlanStep } from './plan-step.js';

/** Every step with its time, and bars on a logarithmic scale: it may take seconds or weeks. */
export function PlanPicture({
  outlook: { steps, not_planned: notPlanned, why_not_planned: why },
  requestsPerSecond,
}: {
  readonly outlook: PlanBody;
  readonly requestsPerSecond: number;
}) {
  if (steps.length === 0) return <p class="note">At this weight there is nothing to compare.</p>;
  const times = steps.map((step) => stepTimes(step, requestsPerSecond));
  const known = times.filter((time) => time !== undefined);
  const warnings = [...new Set(steps.flatMap((step) => step.warnings))];
  return (
    <>
      {known.length === 0 ? null : (
        <p class="preview-time">
          <Explained of="takes">These steps</Explained> take{' '}
          <strong>{duration(sum(known.map(({ atLeastMs }) => atLeastMs)))}</strong> at least,{' '}
          {duration(sum(known.map(({ atMostMs }) => atMostMs)))} at most.
        </p>
      )}
      <p class="plan-legend">
        <Sign tone="bad" of="find">
          until it is found
        </Sign>
        <Sign tone="good" of="exclude">
          until a harmless one may be promoted
        </Sign>
        {known.length === 0 ? null : (
          <Sign tone="hold" of="planHold">
            the step’s own time
          </Sign>
        )}
      </p>
      <ol class="plan-steps">
        {steps.map((step, i) => (
          <PlanStep key={i} step={step} times={times[i]} isAlone={steps.length === 1} />
        ))}
      </ol>
      <PlanScale />
      {warnings.map((warning) => (
        <p key={warning} class="note words plan-warning">
          {warning}
        </p>
      ))}
      {notPlanned.length === 0 ? null : (
        <p class="note">
          Not planned:{' '}
          {notPlanned.map((check) => `${checkName(check)} (${why[check] ?? ''})`).join(', ')}.
        </p>
      )}
      <p class="note">
        <Explained of="planPower">With a chance of 80%</Explained>, in each step alone, each check
        by itself. A rollout is rather faster: all checks and all steps count together. A step of
        100% compares nothing, and is left out.
      </p>
    </>
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What a colour stands for. */
function Sign({
  tone,
  of,
  children,
}: {
  readonly tone: 'bad' | 'good' | 'hold';
  readonly of: Key;
  readonly children: string;
}) {
  return (
    <span>
      <span class={`swatch ${tone}`} aria-hidden="true" />
      <Explained of={of}>{children}</Explained>
    </span>
  );
}
