import type { PlanBody } from '../../../src/api/contract/plan.js';
import { Explained } from '../../parts/explained.js';
import { count, duration, share } from '../../words/format.js';
import { checkName } from '../../words/words.js';
import { placeOf } from './plan-scale.js';
import type { StepTimes } from './step-times.js';

type Step = PlanBody['steps'][number];
type Duration = Step['checks'][number]['find'];

/** One step: the check that finds it first, the gate that is passed last, and every check by itself. */
export function PlanStep({
  step,
  times,
  isAlone,
}: {
  readonly step: Step;
  readonly times: StepTimes | undefined;
  readonly isAlone: boolean;
}) {
  const { checks } = step;
  const found = shortest(checks.map(({ find }) => find));
  const excluded = longest(
    checks.flatMap(({ exclude }) => (exclude === undefined ? [] : [exclude])),
  );
  return (
    <li data-numbers>
      <h3>
        <Explained of="weight">{share(step.share)}</Explained>
        {times === undefined ? null : (
          <span class="note">
            {' '}
            {duration(times.atLeastMs)} to {duration(times.atMostMs)}
          </span>
        )}
      </h3>
      {times === undefined ? null : <Hold times={times} />}
      <Bar tone="bad" words="found" time={found} />
      <Bar tone="good" words="harmless: passed" time={excluded} />
      <details open={isAlone}>
        <summary>Check by check</summary>
        <ul class="plan-bars">
          {checks.map(({ check, find, exclude }) => (
            <li key={check}>
              <h4>
                <Explained of="planCheck">{checkName(check)}</Explained>
              </h4>
              <Bar tone="bad" words="found" time={find} />
              {exclude === undefined ? null : (
                <Bar tone="good" words="harmless: passed" time={exclude} />
              )}
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}

/** The first that finds it ends the rollout; null, where none ever does. */
function shortest(times: readonly Duration[]): Duration {
  const known = times.filter((time) => time !== null);
  return known.reduce<Duration>(
    (first, time) => (first === null || time.minutes < first.minutes ? time : first),
    null,
  );
}

/** All gates must be passed; null, where one never is. */
function longest(times: readonly Duration[]): Duration {
  if (times.includes(null)) return null;
  return times.reduce<Duration>(
    (last, time) => (last === null || (time?.minutes ?? 0) > last.minutes ? time : last),
    null,
  );
}

/** From the earliest to the latest moment at which the step may be left. */
function Hold({ times: { atLeastMs, atMostMs } }: { readonly times: StepTimes }) {
  const [from, to] = [placeOf(atLeastMs / 60_000), placeOf(atMostMs / 60_000)];
  return (
    <div class="plan-bar" aria-hidden="true">
      <div class="plan-track thin">
        <div
          class="plan-fill hold"
          style={{ marginLeft: `${100 * from}%`, width: `${Math.max(0.5, 100 * (to - from))}%` }}
        />
      </div>
      <span class="plan-words note">may be left in this time</span>
    </div>
  );
}

function Bar({
  tone,
  words,
  time,
}: {
  readonly tone: 'good' | 'bad';
  readonly words: string;
  readonly time: Duration;
}) {
  return (
    <div class="plan-bar">
      <div class="plan-track">
        {time === null ? null : (
          <div class={`plan-fill ${tone}`} style={{ width: `${100 * placeOf(time.minutes)}%` }} />
        )}
      </div>
      <span class="plan-words">
        <span class="hidden-words">{words}: </span>
        {time === null
          ? 'never'
          : `${duration(time.minutes * 60_000)}, ${count(time.requests)} requests`}
      </span>
    </div>
  );
}
