import type { RolloutPreview } from '../../../src/api/contract/rollout-requests.js';

/** What is wrong with the file, and where: directly below its text, which is described by it. */
export function Problems({
  id,
  problems,
}: {
  readonly id: string;
  readonly problems: readonly RolloutPreview['problems'][number][];
}) {
  return (
    <ul id={id} class="problems">
      {problems.map(({ line, column, message }, i) => (
        <li key={i}>
          {line === null ? '' : `line ${line}${column === null ? '' : `, column ${column}`}: `}
          {message}
        </li>
      ))}
    </ul>
  );
}
