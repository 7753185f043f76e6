import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { personName, setPersonName, wordsOf } from '../data/ask.js';
import { formText } from '../data/form-text.js';
import { Dialog } from './dialog.js';
import { Notice } from './notice.js';

/** What a person said when he confirmed. */
export interface Confirmed {
  /** Undefined where he gave no reason. */
  readonly why: string | undefined;
  readonly form: FormData;
}

/** Asks once before something is done: why, and who does it; then does it, or says why not. */
export function ConfirmDialog({
  title,
  verb,
  isGrave = false,
  confirm,
  onClose,
  children,
}: {
  readonly title: string;
  /** On the button that does it. */
  readonly verb: string;
  readonly isGrave?: boolean;
  /** @throws what is shown in the dialog, which stays open */
  readonly confirm: (confirmed: Confirmed) => Promise<void>;
  readonly onClose: () => void;
  /** What will happen, and what else is asked. */
  readonly children: ComponentChildren;
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
      await confirm({ why: why === '' ? undefined : why, form });
      onClose();
    } catch (thrown) {
      problem.value = wordsOf(thrown);
    }
    isBusy.value = false;
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {children}
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
