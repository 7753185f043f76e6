import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { Explained } from '../../parts/explained.js';
import { Fact } from '../../parts/fact.js';
import { Meter, meterNumber } from '../../parts/meter.js';
import { StepFact, WeightFact } from '../../parts/place-facts.js';
import { count, duration, number, share } from '../../words/format.js';

/** The numbers that matter: all evidence in one, the split, the time left, how sure it is. */
export function Standing({ rollout }: { readonly rollout: RolloutBody }) {
  const { verdict, meter, weight } = rollout;
  const says = sentenceOf(rollout);
  return (
    <section class="card standing" aria-label="Where it stands">
      <div class="standing-meter" data-numbers>
        <div class="standing-head">
          <Explained of="meter">Evidence</Explained>
          <strong class={meterTone(meter)}>{meterNumber(meter)}</strong>
        </div>
        <Meter value={meter} />
        {says === undefined ? null : <p class="verdict-sentence">{says}</p>}
      </div>
      <dl class="facts">
        <WeightFact weight={weight} />
        <StepFact
          rollout={rollout}
          note={rollout.attempt > 1 ? `attempt ${rollout.attempt}` : undefined}
        />
        {rollout.outcome === null ? <TimeLeft rollout={rollout} /> : null}
        {verdict === null ? null : (
          <>
            <Fact
              name="Requests"
              of="requests"
              note={`stable had ${count(verdict.requests.stable)}`}
            >
              {count(verdict.requests.canary)}
            </Fact>
            <Fact name="Split so far" of="splitSoFar" note={splitNote(verdict.split)}>
              {share(verdict.split.seen)}
            </Fact>
            <Fact name="p of harm" of="p" note="valid at every look">
              {chance(verdict.p)}
            </Fact>
            {rollout.outcome === null ? (
              <Fact name="Still needed" of="requestsNeeded" note="requests">
                {needed(verdict)}
              </Fact>
            ) : null}
          </>
        )}
      </dl>
    </section>
  );
}

/** What the judge says; undefined where the headline says it already: with it the rollout has ended. */
function sentenceOf({ verdict, outcome, sentence }: RolloutBody): string | undefined {
  if (verdict === null) {
    return outcome === null ? 'Nothing is measured yet.' : 'Nothing is measured any more.';
  }
  return sentence.includes(verdict.sentence) ? undefined : verdict.sentence;
}

/** Also where none is known: the numbers beside it stay where they are. */
function TimeLeft({ rollout: { time_left: left } }: { readonly rollout: RolloutBody }) {
  const note = left === null ? 'it waits' : `at most ${duration(left.at_most_ms)}`;
  return (
    <Fact name="Time left" of="timeLeft" note={note}>
      {duration(left?.at_least_ms)}
    </Fact>
  );
}

function needed({
  requests_needed: about,
  requests_needed_at_least: atLeast,
}: NonNullable<RolloutBody['verdict']>): string {
  if (about !== null) return about === 0 ? '–' : `about ${count(about)}`;
  return atLeast === null ? '–' : `at least ${count(atLeast)}`;
}

function splitNote({
  seen,
  intended,
  wrong,
}: NonNullable<RolloutBody['verdict']>['split']): string {
  if (seen === null && intended === 0) return 'nothing is split yet';
  return `meant to be ${share(intended)}${wrong ? ': wrong' : ''}`;
}

/** Evidence grows without an end, but no chance is ever 0. */
function chance(p: number): string {
  if (p >= 1) return '1';
  return p < 1e-6 ? '< 0.000001' : number(p);
}

function meterTone(meter: number | null): string {
  if (meter === null || Math.round(meter) === 0) return '';
  return meter < 0 ? 'bad-words' : 'good-words';
}
