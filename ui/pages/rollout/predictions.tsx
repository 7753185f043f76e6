import type { RolloutBody } from '../../../src/api/contract/rollouts.js';
import { Explained } from '../../parts/explained.js';
import { share } from '../../words/format.js';

/** How often each answer was given, by both arms. */
export function Predictions({
  predictions,
}: {
  readonly predictions: NonNullable<RolloutBody['predictions']>;
}) {
  const { kind, bins } = predictions;
  const most = bins.reduce((max, { stable, canary }) => Math.max(max, stable, canary), 0.01);
  return (
    <section class="card">
      <h2>
        <Explained of="predictions">Predictions in this step</Explained>
      </h2>
      <table class="distribution">
        <thead>
          <tr>
            <th scope="col">{kind === 'class' ? 'answer' : 'score'}</th>
            <th scope="col" class="bars">
              <span class="hidden-words">compared</span>
            </th>
            <th scope="col" class="arm-stable">
              stable
            </th>
            <th scope="col" class="arm-canary">
              canary
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
              <td>{share(stable)}</td>
              <td>{share(canary)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
