import type { ArmStatus, ModelStatus } from '../../src/api/contract/models.js';
import { count, ms, percent } from '../words/format.js';
import { DataTable, type Column } from './data-table.js';

const columns: readonly Column[] = [
  { name: 'arm' },
  { name: 'version', of: 'version' },
  { name: 'traffic', of: 'armTraffic' },
  { name: 'requests', of: 'armRequests' },
  { name: 'failed', of: 'armFailed' },
  { name: 'p50', of: 'armP50' },
  { name: 'p99', of: 'armP99' },
  { name: 'state', of: 'processState' },
];

/** Both arms of a model, as they stand now. */
export function ArmsTable({ model }: { readonly model: ModelStatus }) {
  const { name, stable, canary, weight } = model;
  const canaryPercent = canary === null ? 0 : weight;
  return (
    <DataTable label={`Both arms of ${name}`} columns={columns} looks="arms">
      {stable === null ? null : (
        <ArmRow arm="stable" status={stable} percentage={100 - canaryPercent} />
      )}
      {canary === null ? null : <ArmRow arm="canary" status={canary} percentage={canaryPercent} />}
    </DataTable>
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
