import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PlanBody } from '../../../src/api/contract/plan.js';
import { tell, wordsOf } from '../../data/ask.js';
import { Awaited, Notice } from '../../parts/notice.js';
import { PlanPicture } from './plan-picture.js';
import { Sliders } from './sliders.js';
import { atFirst, requestOf } from './wishes.js';

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
  return (
    <>
      <h1>Plan</h1>
      <p class="lead">
        How long it takes until a canary that is so much worse is found, and until a harmless one
        may be promoted. The same as <code>serin plan</code>.
      </p>
      <div class="plan">
        <Sliders
          wishes={now}
          onChange={(changed) => (wishes.value = { ...wishes.value, ...changed })}
        />
        <section class="card" aria-label="How long it takes">
          {problem.value === undefined ? null : <Notice tone="bad">{problem.value}</Notice>}
          {outlook.value === undefined ? (
            <Awaited words="Counting …" />
          ) : (
            <PlanPicture outlook={outlook.value} requestsPerSecond={10 ** now.rate} />
          )}
        </section>
      </div>
    </>
  );
}
