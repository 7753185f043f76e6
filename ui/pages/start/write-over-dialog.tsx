import { Dialog } from '../../parts/dialog.js';
import type { Choice } from './use-draft.js';

/** Asks before the file that a person edited is written anew. */
export function WriteOverDialog({
  choice: { model, canary, template },
  onWrite,
  onKeep,
}: {
  readonly choice: Choice;
  readonly onWrite: () => void;
  readonly onKeep: () => void;
}) {
  return (
    <Dialog title="Throw your changes to the file away?" onClose={onKeep}>
      <p class="words">
        You edited the rollout file. A new one for {model} {canary === '' ? '' : `${canary} `}by the
        strategy “{template.name}” would be written over it, and your changes would be gone.
      </p>
      <div class="buttons end">
        <button type="button" onClick={onKeep}>
          Keep my file
        </button>
        <button type="button" class="grave solid" onClick={onWrite}>
          Write it anew
        </button>
      </div>
    </Dialog>
  );
}
