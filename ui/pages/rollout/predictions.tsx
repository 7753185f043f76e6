import { useRef } from 'preact/hooks';
import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { strategyOf } from '../../data/strategy.js';
import { Explained } from '../../parts/explained.js';
import { moment, share } from '../../words/format.js';

/** How often each answer was given, by both arms; or that nobody measures that, and why. */
export function Predictions({
  rollout,
  hasPoints,
}: {
  readonly rollout: RolloutBody;
  /** Whether anything else was measured. */
  readonly hasPoints: boolean;
}) {
  const { predictions, outcome, step_since: since } = rollout;
  // Until the new step has an answer: what is below would jump up, and down again.
  const before = useRef<RolloutBody['predictions']>(null);
  if (predictions !== null) before.current = predictions;
  if (before.current !== null) {
    return (
      <Distribution
        predictions={before.current}
        since={since}
        of={outcome !== null ? 'last' : predictions === null ? 'before' : 'this'}
      />
    );
  }
  if (!hasPoints) return null;
  return (
    <section class="card">
      <h2>
        <Explained of="predictions">Predictions</Explained>
      </h2>
      <p class="note">
        Not measured
        {strategyOf(rollout).router === 'nginx'
          ? ': NGINX’s log says how fast and with which status a request was answered, not what the answer was.'
          : outcome === null
            ? ' yet: both arms need answers whose prediction can be read.'
            : ': there were too few answers whose prediction could be read.'}
      </p>
    </section>
  );
}

const titles = {
  this: 'Predictions in this step',
  before: 'Predictions in the step before',
  last: 'Predictions in the last step',
} as const;

function Distribution({
  predictions,
  since,
  of,
}: {
  readonly predictions: NonNullable<RolloutBody['predictions']>;
  /** When the step's hold began; null where there is none. */
  readonly since: string | null;
  /** Of which step. */
  readonly of: keyof typeof titles;
}) {
  const { kind, bins } = predictions;
  const answered = {
    stable: bins.some(({ stable }) => stable > 0),
    canary: bins.some(({ canary }) => canary > 0),
  };
  const most = bins.reduce((max, { stable, canary }) => Math.max(max, stable, canary), 0.01);
  return (
    <section class="card">
      <h2>
        <Explained of="predictions">{titles[of]}</Explained>
      </h2>
      <p class="note">
        Counted anew in every step
        {of !== 'this' || since === null ? null : (
          <>
            , in this one <Explained of="countedSince">since</Explained> {moment(since)}
          </>
        )}
        .
      </p>
      <table class="distribution">
        <thead>
          <tr>
            <th scope="col">
              <Explained of="predictionBin">{kind === 'class' ? 'answer' : 'score'}</Explained>
            </th>
            <th scope="col" class="bars">
              <span class="hidden-words">compared</span>
            </th>
            <th scope="col" class="arm-stable">
              <Explained of="predictionShare">stable</Explained>
            </th>
            <th scope="col" class="arm-canary">
              <Explained of="predictionShare">canary</Explained>
            </th>
          </tr>
        </thead>
        <tbody>
          {bins.map(({ label, stable, canary }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td class="bars" aria-hidden="true">
                <span class="bar stable" style={{ width: `${(100 * stable) / most}%` }} />
                <span class="bar canary" style={{ width: `${(100 * canary) / most}%` }} />
              </td>
              <td>{share(answered.stable ? stable : null)}</td>
              <td>{share(answered.canary ? canary : null)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
