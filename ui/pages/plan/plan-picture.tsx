import type { PlanBody } from '../../../src/api/contract/plan.js';
import { Explained } from '../../parts/explained.js';
import { count, duration } from '../../words/format.js';
import { checkName } from '../../words/words.js';

type Outlook = PlanBody['steps'][number]['checks'][number];
type Duration = Outlook['find'];

/** Bars on a logarithmic scale: it may take seconds or weeks. */
export function PlanPicture({ outlook }: { readonly outlook: PlanBody }) {
  const [step] = outlook.steps;
  if (step === undefined) return <p class="note">At this weight there is nothing to compare.</p>;
  return (
    <>
      <p class="plan-legend">
        <span class="swatch bad" aria-hidden="true" />
        <Explained of="find">until it is found</Explained>
        <span class="swatch good" aria-hidden="true" />
        <Explained of="exclude">until a harmless one may be promoted</Explained>
      </p>
      <ul class="plan-bars">
        {step.checks.map((check) => (
          <li key={check.check}>
            <h3>{checkName(check.check)}</h3>
            <Bar tone="bad" words="found" time={check.find} />
            {check.exclude === undefined ? null : (
              <Bar tone="good" words="harmless: passed" time={check.exclude} />
            )}
          </li>
        ))}
      </ul>
      <div class="plan-scale" aria-hidden="true">
        {ticks.map(({ minutes, words }) => (
          <span key={words} style={{ left: `${100 * placeOf(minutes)}%` }}>
            {words}
          </span>
        ))}
      </div>
      {step.warnings.map((warning) => (
        <p key={warning} class="note">
          {warning}
        </p>
      ))}
      <p class="note">
        With a chance of 80%, in this step alone, each check by itself. A rollout is rather faster:
        all checks and all steps count together.
      </p>
    </>
  );
}

const shortest = 0.1;
const longest = 60 * 24 * 30;
const ticks = [
  { minutes: shortest, words: '6 s' },
  { minutes: 1, words: '1 min' },
  { minutes: 10, words: '10 min' },
  { minutes: 60, words: '1 h' },
  { minutes: 600, words: '10 h' },
  { minutes: 60 * 24 * 7, words: '1 week' },
];

/** 0 to 1 from the left. */
function placeOf(minutes: number): number {
  const place = Math.log(minutes / shortest) / Math.log(longest / shortest);
  return Math.min(1, Math.max(0.01, place));
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
