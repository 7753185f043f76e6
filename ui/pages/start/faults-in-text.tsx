import type { Ref } from 'preact';
import type { RolloutPreview } from '../../../src/api/contract/rollout-requests.js';

type Problem = RolloutPreview['problems'][number];

/**
 * Wrong lines behind the text of the editor, each with what is wrong after its last letter. Who
 * cannot see them has the same as a list below the text.
 * @param shifted is moved as the text is scrolled
 */
export function FaultsInText({
  text,
  problems,
  shifted,
}: {
  readonly text: string;
  readonly problems: readonly Problem[];
  readonly shifted: Ref<HTMLDivElement>;
}) {
  const lines = text.split('\n');
  const wrong = new Map<number, string>();
  for (const { line, message } of problems) {
    if (line !== null) wrong.set(line, [wrong.get(line) ?? [], message].flat().join('; '));
  }
  return (
    <div class="editor-faults" aria-hidden="true">
      <div ref={shifted}>
        {[...wrong].map(([line, message]) => (
          <div key={line} class="editor-fault" style={{ top: `${(line - 1) * 1.25}rem` }}>
            <span style={{ marginLeft: `${(lines[line - 1]?.length ?? 0) + 2}ch` }}>{message}</span>
          </div>
        ))}
      </div>
    </div>
  );
}
