import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { ActionName, RolloutBody } from '../../../src/api/contract/rollouts.js';
import { personName, setPersonName, tell, wordsOf } from '../../data/ask.js';
import { formText } from '../../data/form-text.js';
import { Dialog } from '../../parts/dialog.js';
import { Notice } from '../../parts/notice.js';
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
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  // What the person saw when the dialog opened is what he decides about.
  const seen = useRef(rollout).current;
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setPersonName(formText(form, 'who'));
    isBusy.value = true;
    try {
      const path = `api/v1/rollouts/${encodeURIComponent(seen.id)}/${name}`;
      take(await tell<RolloutBody>(path, requestOf(name, form, seen)));
      onClose();
    } catch (thrown) {
      problem.value = wordsOf(thrown);
    }
    isBusy.value = false;
  };
  return (
    <Dialog title={`${verb}: ${seen.model} ${seen.canary}?`} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{says(seen)}</p>
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
        <label class="field">
          <span>Why (for the audit log)</span>
          <input type="text" name="why" maxLength={1000} placeholder="may be left out" />
        </label>
        <label class="field">
          <span>Your name (for the audit log)</span>
          <input
            type="text"
            name="who"
            maxLength={128}
            defaultValue={personName()}
            placeholder="dashboard"
            autocomplete="nickname"
          />
        </label>
        {problem.value === undefined ? null : <Notice tone="bad">{problem.value}</Notice>}
        <div class="buttons end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class={isGrave ? 'grave solid' : 'primary'} disabled={isBusy.value}>
            {verb}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function requestOf(name: ActionName, form: FormData, seen: RolloutBody): object {
  const why = formText(form, 'why');
  return {
    ...(why === '' ? {} : { why }),
    ...(name === 'weight' ? { weight: Number(formText(form, 'weight')) } : {}),
    ...(name === 'advance' && seen.step >= 0 ? { from_step: seen.step } : {}),
  };
}
