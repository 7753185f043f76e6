import type { ModelStatus } from '../../../src/api/contract/models.js';
import { templates } from './templates.js';
import { newestOther, type Draft } from './use-draft.js';

/** The model, the version to try, and the strategy to begin with. */
export function WhatToTry({
  served,
  draft: { chosen, choose, isEdited },
}: {
  readonly served: readonly ModelStatus[];
  readonly draft: Draft;
}) {
  const model = served.find(({ name }) => name === chosen.model);
  const stable = model?.stable?.version ?? '';
  const others = (model?.versions ?? []).filter((version) => version !== stable);
  return (
    <>
      <div class="fields">
        <label class="field">
          <span>Model</span>
          <select
            value={chosen.model}
            onChange={({ currentTarget: { value } }) =>
              choose({
                ...chosen,
                model: value,
                canary: newestOther(served.find(({ name }) => name === value)),
              })
            }
          >
            {served.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <div class="field">
          <span>Live now</span>
          <strong class="arm-stable name">{stable === '' ? '–' : stable}</strong>
        </div>
        <label class="field">
          <span>Version to try</span>
          <select
            value={chosen.canary}
            disabled={others.length === 0}
            onChange={({ currentTarget: { value } }) => choose({ ...chosen, canary: value })}
          >
            {others.map((version) => (
              <option key={version}>{version}</option>
            ))}
          </select>
        </label>
      </div>
      {others.length === 0 ? (
        <p class="note">
          There is no other version in the repository. An HTTP server can be tried, too: write its
          address as <code>canary</code>.
        </p>
      ) : null}
      <fieldset class="templates">
        <legend>Strategy</legend>
        {templates.map((one) => (
          <label key={one.name} class="template">
            <input
              type="radio"
              name="template"
              checked={!isEdited && chosen.template === one}
              onChange={() => choose({ ...chosen, template: one })}
            />
            <span>
              <strong>{one.name}</strong>
              <span class="note words">{one.note}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </>
  );
}
