import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { followRollouts, rollouts, rolloutsProblem } from '../data/rollouts.js';
import { Awaited, Notice } from '../parts/notice.js';
import { RolloutTable } from '../parts/rollout-table.js';

/** All rollouts: how they ended, why, who started them, when. */
export function HistoryPage() {
  useEffect(followRollouts, []);
  const model = useSignal('');
  const outcome = useSignal('');
  const words = useSignal('');
  const all = rollouts.value;
  const names = [...new Set((all ?? []).map((rollout) => rollout.model))].sort();
  const asked = words.value.trim().toLowerCase();
  const shown = (all ?? []).filter(
    (rollout) =>
      (model.value === '' || rollout.model === model.value) &&
      (outcome.value === '' || (rollout.outcome ?? 'going-on') === outcome.value) &&
      (asked === '' ||
        `${rollout.id} ${rollout.model} ${rollout.stable} ${rollout.canary} ${rollout.sentence} ${rollout.started_by}`
          .toLowerCase()
          .includes(asked)),
  );
  return (
    <>
      <h1>History</h1>
      <div class="filters">
        <label class="field">
          <span>Model</span>
          <select value={model.value} onChange={(e) => (model.value = e.currentTarget.value)}>
            <option value="">all</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Outcome</span>
          <select value={outcome.value} onChange={(e) => (outcome.value = e.currentTarget.value)}>
            <option value="">all</option>
            <option value="going-on">goes on</option>
            <option value="promoted">promoted</option>
            <option value="rolled-back">rolled back</option>
            <option value="failed">failed</option>
            <option value="aborted">aborted</option>
          </select>
        </label>
        <label class="field grow">
          <span>With the words</span>
          <input
            type="search"
            value={words.value}
            placeholder="a reason, a person, a version"
            onInput={(e) => (words.value = e.currentTarget.value)}
          />
        </label>
      </div>
      {rolloutsProblem.value === undefined ? null : (
        <Notice tone="bad">{rolloutsProblem.value}</Notice>
      )}
      {all === undefined ? (
        <Awaited />
      ) : (
        <>
          <p class="note" role="status">
            {shown.length} of {all.length} {all.length === 1 ? 'rollout' : 'rollouts'}
          </p>
          {shown.length === 0 ? null : (
            <div class="card flush">
              <RolloutTable rollouts={shown} />
            </div>
          )}
        </>
      )}
    </>
  );
}
