import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { goTo } from '../../data/address.js';
import { tell } from '../../data/ask.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';

/** Asks once more, and starts the rollout. */
export function StartDialog({
  yaml,
  firstSentence,
  onStarted,
  onClose,
}: {
  readonly yaml: string;
  readonly firstSentence: string;
  readonly onStarted: () => void;
  readonly onClose: () => void;
}) {
  return (
    <ConfirmDialog
      title="Start this rollout?"
      verb="Start"
      onClose={onClose}
      confirm={async ({ why }) => {
        const body = { yaml, ...(why === undefined ? {} : { why }) };
        const { id } = await tell<RolloutBody>('api/v1/rollouts', body);
        onStarted();
        goTo(['rollouts', id]);
      }}
    >
      <p class="words">
        {firstSentence} It begins at once. You can pause it or roll it back at any time;{' '}
        {/^onHarm:\s*pause/m.test(yaml)
          ? 'harm pauses it, and leaves it to a person.'
          : 'harm rolls it back by itself.'}
      </p>
    </ConfirmDialog>
  );
}
