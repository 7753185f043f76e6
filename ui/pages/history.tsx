import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useHistory } from '../data/history.js';
import { models, readModels } from '../data/models.js';
import { Explained } from '../parts/explained.js';
import { Awaited, Notice } from '../parts/notice.js';
import { RolloutTable } from '../parts/rollout-table.js';

/** All rollouts: how they ended, why, who started and who ended them, when. */
export function HistoryPage() {
  useEffect(() => void readModels(), []);
  const model = useSignal('');
  const outcome = useSignal('');
  const words = useSignal('');
  const { history, readOlder } = useHistory({ model: model.value, outcome: outcome.value });
  const { rollouts, older, problem } = history.value;
  // Of models that are served no more there are rollouts, too.
  const named = [...(models.value ?? []).map(({ name }) => name), model.value].filter(Boolean);
  const names = [...new Set([...named, ...(rollouts ?? []).map((one) => one.model)])].sort();
  const asked = words.value.trim().toLowerCase();
  const shown = (rollouts ?? []).filter(
    (rollout) =>
      asked === '' ||
      `${rollout.id} ${rollout.model} ${rollout.stable} ${rollout.canary} ${rollout.sentence} ${rollout.started_by} ${rollout.by ?? ''}`
        .toLowerCase()
        .includes(asked),
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
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      {rollouts === undefined ? (
        <Awaited />
      ) : (
        <>
          <p class="note" role="status">
            <Explained of="listedRollouts">
              {shown.length} of {rollouts.length}
              {older === null ? '' : ' newest'} {rollouts.length === 1 ? 'rollout' : 'rollouts'}
            </Explained>
          </p>
          {shown.length === 0 ? null : (
            <div class="card flush">
              <RolloutTable rollouts={shown} />
            </div>
          )}
          {older === null ? null : (
            <button type="button" onClick={() => void readOlder()}>
              Show older ones
            </button>
          )}
        </>
      )}
    </>
  );
}
