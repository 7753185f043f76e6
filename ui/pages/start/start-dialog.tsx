import { useSignal } from '@preact/signals';
import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { goTo } from '../../data/address.js';
import { personName, setPersonName, tell, wordsOf } from '../../data/ask.js';
import { formText } from '../../data/form-text.js';
import { Dialog } from '../../parts/dialog.js';
import { Notice } from '../../parts/notice.js';

/** Asks once more, and starts the rollout. */
export function StartDialog({
  yaml,
  firstSentence,
  onClose,
}: {
  readonly yaml: string;
  readonly firstSentence: string;
  readonly onClose: () => void;
}) {
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const why = formText(form, 'why');
    setPersonName(formText(form, 'who'));
    isBusy.value = true;
    try {
      const body = { yaml, ...(why === '' ? {} : { why }) };
      const { id } = await tell<RolloutBody>('api/v1/rollouts', body);
      goTo(['rollouts', id]);
    } catch (thrown) {
      problem.value = wordsOf(thrown);
      isBusy.value = false;
    }
  };
  return (
    <Dialog title="Start this rollout?" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>
          {firstSentence} It begins at once. You can pause it or roll it back at any time; harm
          rolls it back by itself.
        </p>
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
          <button type="submit" class="primary" disabled={isBusy.value}>
            Start
          </button>
        </div>
      </form>
    </Dialog>
  );
}
