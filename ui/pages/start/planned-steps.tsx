import type { RolloutPreview } from '../../../src/api/contract/rollout-requests.js';
import { Explained } from '../../parts/explained.js';
import { count, duration } from '../../words/format.js';

/** Each step with the time that it may take. */
export function PlannedSteps({ steps }: { readonly steps: RolloutPreview['steps'] }) {
  return (
    <table class="planned-steps">
      <thead>
        <tr>
          <th scope="col">
            <Explained of="plannedStep">step</Explained>
          </th>
          <th scope="col" class="number">
            <Explained of="holdMin">at least</Explained>
          </th>
          <th scope="col" class="number">
            <Explained of="holdMax">at most</Explained>
          </th>
          <th scope="col" class="number">
            <Explained of="holdRequests">requests</Explained>
          </th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ title, kind, hold }, i) => (
          <tr key={i}>
            <th scope="row">{title}</th>
            {hold === null ? (
              <td colSpan={3} class="number note">
                {kind === 'pause' ? 'waits for a person' : 'waits for its answer'}
              </td>
            ) : (
              <>
                <td class="number">{duration(hold.min_ms)}</td>
                <td class="number">{duration(hold.max_ms)}</td>
                <td class="number">{count(hold.requests)}</td>
              </>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
