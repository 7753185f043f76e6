import { Explained } from '../../parts/explained.js';
import type { CheckLines, Evidence } from './levels.js';

/** What the lines in a check's chart do not say by themselves. */
export function LineNote({
  line,
  evidence,
}: {
  readonly line: CheckLines | undefined;
  readonly evidence: Evidence;
}) {
  if (line === undefined) return null;
  if (line.worse === 'below') {
    return <p class="note">More is better here: harm lies below the tolerance.</p>;
  }
  if (evidence.shown['stableRate'] === 0 && evidence.estimate !== null) {
    return (
      <p class="note">
        <Explained of="noLines">No line decides here</Explained> while none of stable’s fail.
      </p>
    );
  }
  const isGate = evidence.safe_log_e !== null;
  // Where both follow stable, neither is in the rollout file.
  return isGate && line.tolerance !== null && line.gate === null ? (
    <p class="note">
      <Explained of="tailGate">Its gate has no line here</Explained>: slow requests are counted anew
      for it, with more allowed.
    </p>
  ) : null;
}
