import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PlanBody, PlanRequest } from '../../../src/api/contract/plan.js';
import { tell, wordsOf } from '../../data/ask.js';
import { Notice } from '../../parts/notice.js';
import { number, percent } from '../../words/format.js';
import { PlanPicture } from './plan-picture.js';
import { Slider } from './slider.js';

interface Wishes {
  /** Requests a second, as a power of ten: the slider goes from one in a minute to ten thousand. */
  readonly rate: number;
  readonly weight: number;
  readonly slowdown: number;
  readonly errors: number;
  readonly regressedErrors: number;
  readonly latencyTolerance: number;
  readonly errorTolerance: number;
  readonly spread: number;
}

const atFirst: Wishes = {
  rate: Math.log10(50),
  weight: 10,
  slowdown: 20,
  errors: 0.5,
  regressedErrors: 2,
  latencyTolerance: 5,
  errorTolerance: 0.1,
  spread: 0.5,
};

/** A slider that moves asks the server only when it rests for a moment. */
const restMs = 120;

/** How long until a regression of a given size is found, before anything is rolled out. */
export function PlanPage() {
  const wishes = useSignal(atFirst);
  const outlook = useSignal<PlanBody | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const now = wishes.value;
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => {
      tell<PlanBody>('api/v1/plan', requestOf(now)).then(
        (answered) => {
          if (!wanted) return;
          outlook.value = answered;
          problem.value = undefined;
        },
        (thrown: unknown) => {
          if (wanted) problem.value = wordsOf(thrown);
        },
      );
    }, restMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [now]);
  const set = (name: keyof Wishes) => (value: number) => {
    wishes.value = { ...wishes.value, [name]: value };
  };
  return (
    <>
      <h1>Plan</h1>
      <p class="lead">
        How long it takes until a canary that is so much worse is found, and until a harmless one
        may be promoted. The same as <code>serin plan</code>.
      </p>
      <div class="plan">
        <form class="card sliders" onSubmit={(event) => event.preventDefault()}>
          <fieldset>
            <legend>Traffic</legend>
            <Slider
              name="Requests a second"
              range={[-1.5, 4, 0.05]}
              value={now.rate}
              words={number(10 ** now.rate)}
              onChange={set('rate')}
            />
            <Slider
              name="Weight of the canary"
              range={[1, 99, 1]}
              value={now.weight}
              words={percent(now.weight)}
              onChange={set('weight')}
            />
            <Slider
              name="Fail today"
              range={[0, 10, 0.1]}
              value={now.errors}
              words={percent(now.errors)}
              onChange={set('errors')}
            />
            <Slider
              name="Spread of latencies"
              note="Standard deviation of the logarithm; 0.5 is common."
              range={[0.1, 2, 0.05]}
              value={now.spread}
              words={number(now.spread)}
              onChange={set('spread')}
            />
          </fieldset>
          <fieldset>
            <legend>A canary that should not pass</legend>
            <Slider
              name="Slower by"
              range={[0, 100, 1]}
              value={now.slowdown}
              words={percent(now.slowdown)}
              onChange={set('slowdown')}
            />
            <Slider
              name="Would fail"
              range={[0, 20, 0.1]}
              value={now.regressedErrors}
              words={percent(now.regressedErrors)}
              onChange={set('regressedErrors')}
            />
          </fieldset>
          <fieldset>
            <legend>What is tolerated</legend>
            <Slider
              name="Slower by"
              range={[0, 50, 1]}
              value={now.latencyTolerance}
              words={percent(now.latencyTolerance)}
              onChange={set('latencyTolerance')}
            />
            <Slider
              name="More that fail"
              range={[0, 5, 0.1]}
              value={now.errorTolerance}
              words={`${number(now.errorTolerance)} points`}
              onChange={set('errorTolerance')}
            />
          </fieldset>
        </form>
        <section class="card" aria-label="How long it takes">
          {problem.value === undefined ? null : <Notice tone="bad">{problem.value}</Notice>}
          {outlook.value === undefined ? null : <PlanPicture outlook={outlook.value} />}
        </section>
      </div>
    </>
  );
}

function requestOf(wishes: Wishes): PlanRequest {
  // A rate of exactly 0 has no ratio: one request in a million stands for none.
  const least = 1e-6;
  return {
    requests_per_second: 10 ** wishes.rate,
    error_rate: Math.max(least, wishes.errors / 100),
    latency_spread: wishes.spread,
    slowdown: wishes.slowdown / 100,
    regressed_error_rate: Math.max(least, wishes.regressedErrors / 100),
    power: 0.8,
    steps: [{ share: wishes.weight / 100 }],
    tolerances: {
      latency: wishes.latencyTolerance / 100,
      errors: wishes.errorTolerance / 100,
    },
  };
}
