import type { ComponentChildren } from 'preact';
import type { RolloutPreview } from '../../../src/api/contract/rollout-requests.js';
import { Explained } from '../../parts/explained.js';
import { Notice } from '../../parts/notice.js';
import { duration } from '../../words/format.js';
import { PlannedSteps } from './planned-steps.js';

/** What the file would do; or that something is wrong with it, which the editor shows. */
export function Preview({
  preview,
  children,
}: {
  readonly preview: RolloutPreview | undefined;
  /** What can be done with a file that is good. */
  readonly children: ComponentChildren;
}) {
  if (preview === undefined) return <p class="note">Checking …</p>;
  if (!preview.valid) {
    return (
      <Notice tone="bad">
        <strong>
          {preview.problems.length === 1
            ? 'One thing is wrong'
            : `${preview.problems.length} things are wrong`}
        </strong>{' '}
        with the file. It is said at its lines, and below the text.
      </Notice>
    );
  }
  return (
    <>
      {preview.at_least_ms === null ? null : (
        <p class="preview-time">
          <Explained of="takes">Takes</Explained> <strong>{duration(preview.at_least_ms)}</strong>{' '}
          at least
          {preview.at_most_ms === null ? '' : `, ${duration(preview.at_most_ms)} at most`}.
        </p>
      )}
      <PlannedSteps steps={preview.steps} />
      {preview.warnings.map((warning) => (
        <Notice key={warning} tone="wait">
          {warning}
        </Notice>
      ))}
      {children}
      <h3>In words</h3>
      <ol class="sentences">
        {preview.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
    </>
  );
}
