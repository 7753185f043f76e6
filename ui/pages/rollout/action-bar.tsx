import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { ActionName, RolloutBody } from '../../../src/api/contract/rollouts.js';
import { actions } from '../../words/words.js';
import { ActionDialog } from './action-dialog.js';

/** What can be done now; and why the rest cannot. */
export function ActionBar({
  rollout,
  take,
}: {
  readonly rollout: RolloutBody;
  readonly take: (body: RolloutBody) => void;
}) {
  const asked = useSignal<ActionName | undefined>(undefined);
  const possible = rollout.actions.filter((action) => action.possible);
  const others = rollout.actions.filter((action) => !action.possible);
  const buttons = useRef<HTMLDivElement>(null);
  const wasPressed = useRef(false);
  useEffect(() => {
    // The button that was pressed may be gone now: whoever uses the keyboard goes on beside it.
    if (wasPressed.current && document.activeElement === document.body) {
      buttons.current?.querySelector('button')?.focus({ preventScroll: true });
    }
    wasPressed.current = asked.value !== undefined;
  }, [asked.value]);
  return (
    <div class="actions">
      <div class="buttons" ref={buttons}>
        {possible.map(({ name }) => (
          <button
            key={name}
            type="button"
            class={actions[name].isGrave ? 'grave' : ''}
            onClick={() => (asked.value = name)}
          >
            {actions[name].verb} …
          </button>
        ))}
      </div>
      {others.length === 0 ? null : (
        <details class="not-now">
          <summary>Not possible now</summary>
          <ul>
            {others.map(({ name, why_not: whyNot }) => (
              <li key={name} class="words">
                <strong>{actions[name].verb}</strong>: {whyNot}
              </li>
            ))}
          </ul>
        </details>
      )}
      {asked.value === undefined ? null : (
        <ActionDialog
          name={asked.value}
          rollout={rollout}
          take={take}
          onClose={() => (asked.value = undefined)}
        />
      )}
    </div>
  );
}
