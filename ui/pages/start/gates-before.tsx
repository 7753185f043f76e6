import { useGateTrial } from '../../data/use-gate-trial.js';
import { TriedGates } from '../../parts/gates/tried-gates.js';
import { Notice } from '../../parts/notice.js';

/** The gates of the file, which can be tried here before anything is started. */
export function GatesBefore({
  yaml,
  gates,
  onAdd,
}: {
  readonly yaml: string;
  readonly gates: readonly string[];
  readonly onAdd: () => void;
}) {
  const { trial, start, stop } = useGateTrial(yaml);
  const { isRunning, gates: tried } = trial.value;
  const failed = tried.filter(({ state }) => state === 'failed').map(({ name }) => name);
  return (
    <section class="gates-before" aria-label="Gates before it begins">
      <div class="section-head">
        <h3>Gates before it begins</h3>
        {gates.length === 0 ? (
          <button type="button" onClick={onAdd}>
            Add gates
          </button>
        ) : isRunning ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button type="button" onClick={() => start(yaml)}>
            {tried.length === 0 ? 'Run them now' : 'Run them again'}
          </button>
        )}
      </div>
      {gates.length === 0 ? (
        <p class="note">
          This file has none: the canary gets its first users without having been examined.
        </p>
      ) : tried.length === 0 && trial.value.problem === undefined ? (
        <p class="note">
          {gates.join(', ')}. The rollout runs them first, and fails where one of them does. Run
          them now to see what they find; nothing is started by that.
        </p>
      ) : (
        <TriedGates trial={trial.value} />
      )}
      {failed.length === 0 || isRunning ? null : (
        <Notice tone="bad">
          The rollout would fail at {failed.join(' and ')}, before any user is touched.
        </Notice>
      )}
    </section>
  );
}
