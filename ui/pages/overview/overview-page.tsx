import { useEffect } from 'preact/hooks';
import { addressOf } from '../../data/address.js';
import { followLive } from '../../data/live.js';
import { models } from '../../data/models.js';
import { rollouts } from '../../data/rollouts.js';
import { Awaited } from '../../parts/notice.js';
import { RolloutTable } from '../../parts/rollout-table.js';
import { FirstSteps } from './first-steps.js';
import { ModelCard } from './model-card.js';
import { RunningRollout } from './running-rollout.js';

const mostRecent = 8;

/** What is live, what is being tried, and what came of what was tried. */
export function OverviewPage() {
  useEffect(followLive, []);
  const known = rollouts.value ?? [];
  const running = known.filter(({ outcome }) => outcome === null);
  const ended = known.filter(({ outcome }) => outcome !== null);
  return (
    <>
      <h1 class="hidden-words">Overview</h1>
      {rollouts.value !== undefined && known.length === 0 ? <FirstSteps /> : null}
      {running.length === 0 ? null : (
        <section aria-label="Rollouts in progress">
          <h2>In progress</h2>
          <div class="stack">
            {running.map((rollout) => (
              <RunningRollout key={rollout.id} rollout={rollout} />
            ))}
          </div>
        </section>
      )}
      <section aria-label="Models">
        <div class="section-head">
          <h2>Models</h2>
          <a class="button primary" href={addressOf(['start'])}>
            Start a rollout
          </a>
        </div>
        {models.value === undefined ? (
          <Awaited />
        ) : models.value.length === 0 ? (
          <p class="note">
            No model is served yet. Put one at <code>models/NAME/VERSION/model.onnx</code>; it is
            seen without a restart.
          </p>
        ) : (
          <div class="model-grid">
            {models.value.map((model) => (
              <ModelCard
                key={model.name}
                model={model}
                rollout={running.find((rollout) => rollout.model === model.name)}
              />
            ))}
          </div>
        )}
      </section>
      {ended.length === 0 ? null : (
        <section aria-label="Recent outcomes">
          <div class="section-head">
            <h2>Recent outcomes</h2>
            <a href={addressOf(['history'])}>All</a>
          </div>
          <div class="card flush">
            <RolloutTable rollouts={ended.slice(0, mostRecent)} />
          </div>
        </section>
      )}
    </>
  );
}
