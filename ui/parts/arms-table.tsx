import type { ArmStatus, ModelStatus } from '../../src/api/contract/models.js';
import { count, ms, percent } from '../words/format.js';
import type { Explained as Key } from '../words/explanations.js';
import { Explained } from './explained.js';

const columns: readonly { readonly name: string; readonly of: Key }[] = [
  { name: 'version', of: 'version' },
  { name: 'traffic', of: 'weight' },
  { name: 'requests', of: 'requests' },
  { name: 'failed', of: 'errorShare' },
  { name: 'p50', of: 'p50' },
  { name: 'p99', of: 'p99' },
  { name: 'state', of: 'processState' },
];

/** Both arms of a model, as they stand now. */
export function ArmsTable({ model }: { readonly model: ModelStatus }) {
  const { name, stable, canary, weight } = model;
  const canaryPercent = canary === null ? 0 : weight;
  return (
    <div class="scroll" role="region" aria-label={`Both arms of ${name}`} tabIndex={0}>
      <table class="arms">
        <thead>
          <tr>
            <th scope="col">arm</th>
            {columns.map(({ name: column, of }) => (
              <th key={column} scope="col">
                <Explained of={of}>{column}</Explained>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stable === null ? null : (
            <ArmRow arm="stable" status={stable} percentage={100 - canaryPercent} />
          )}
          {canary === null ? null : (
            <ArmRow arm="canary" status={canary} percentage={canaryPercent} />
          )}
        </tbody>
      </table>
    </div>
  );
}

function ArmRow({
  arm,
  status,
  percentage,
}: {
  readonly arm: 'stable' | 'canary';
  readonly status: ArmStatus;
  readonly percentage: number;
}) {
  const { version, requests, error_percent: errors, latency_ms: latency, process, ready } = status;
  return (
    <tr>
      <th scope="row" class={`arm-${arm}`}>
        {arm}
      </th>
      <td>{version}</td>
      <td>{percent(percentage)}</td>
      <td>{count(requests)}</td>
      <td>{percent(errors)}</td>
      <td>{ms(latency.p50)}</td>
      <td>{ms(latency.p99)}</td>
      <td>{process?.state ?? (ready ? 'ready' : 'not ready')}</td>
    </tr>
  );
}
