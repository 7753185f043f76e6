import { useRef } from 'preact/hooks';
import type { ActionName, RolloutBody } from '../../../src/api/contract/rollouts.js';
import { tell } from '../../data/ask.js';
import { formText } from '../../data/form-text.js';
import { ConfirmDialog, type Confirmed } from '../../parts/confirm-dialog.js';
import { actions } from '../../words/words.js';

/** Says what an action will do, asks why, and does it. */
export function ActionDialog({
  name,
  rollout,
  take,
  onClose,
}: {
  readonly name: ActionName;
  readonly rollout: RolloutBody;
  readonly take: (body: RolloutBody) => void;
  readonly onClose: () => void;
}) {
  const { verb, isGrave, says } = actions[name];
  // What the person saw when the dialog opened is what he decides about.
  const seen = useRef(rollout).current;
  return (
    <ConfirmDialog
      title={`${verb}: ${seen.model} ${seen.canary}?`}
      verb={verb}
      isGrave={isGrave}
      onClose={onClose}
      confirm={async (confirmed) => {
        const path = `api/v1/rollouts/${encodeURIComponent(seen.id)}/${name}`;
        take(await tell<RolloutBody>(path, requestOf(name, confirmed, seen)));
      }}
    >
      <p class="words">{says(seen)}</p>
      {name === 'weight' ? (
        <label class="field">
          <span>Weight in percent</span>
          <input
            type="number"
            name="weight"
            min="0"
            max="100"
            step="any"
            required
            defaultValue={String(seen.weight)}
          />
        </label>
      ) : null}
    </ConfirmDialog>
  );
}

function requestOf(name: ActionName, { why, form }: Confirmed, seen: RolloutBody): object {
  return {
    ...(why === undefined ? {} : { why }),
    ...(name === 'weight' ? { weight: Number(formText(form, 'weight')) } : {}),
    ...(name === 'advance' && seen.step >= 0 ? { from_step: seen.step } : {}),
  };
}
