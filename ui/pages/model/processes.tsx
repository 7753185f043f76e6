import type { ArmStatus, ModelStatus } from '../../../src/api/contract/models.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { bytes, count } from '../../words/format.js';

const columns: readonly Column[] = [
  { name: 'arm' },
  { name: 'version', of: 'version' },
  { name: 'process', of: 'processState' },
  { name: 'memory', of: 'memory', class: 'number' },
  { name: 'restarts', of: 'restarts', class: 'number' },
  { name: 'injected faults', of: 'faults' },
  { name: 'digest', of: 'digest' },
];

/** What answers each arm's requests, as the machine sees it. */
export function Processes({ model }: { readonly model: ModelStatus }) {
  const arms = [
    { arm: 'stable', status: model.stable },
    { arm: 'canary', status: model.canary },
  ].flatMap(({ arm, status }) => (status === null ? [] : [{ arm, status }]));
  if (arms.length === 0) return null;
  return (
    <section class="card">
      <h2>What answers</h2>
      <DataTable label="Processes" columns={columns}>
        {arms.map(({ arm, status }) => (
          <tr key={arm}>
            <th scope="row" class={`arm-${arm}`}>
              {arm}
            </th>
            <td>{status.version}</td>
            <td>{processWords(status)}</td>
            <td class="number">{bytes(status.process?.resident_bytes)}</td>
            <td class="number">{count(status.process?.restarts)}</td>
            <td>
              {status.faults === null ? 'none' : <code>{JSON.stringify(status.faults)}</code>}
            </td>
            <td>
              <code title={status.digest ?? undefined}>
                {status.digest === null ? '–' : `${status.digest.slice(0, 16)}…`}
              </code>
            </td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function processWords({ process, kind, ready }: ArmStatus): string {
  if (process === null) return kind === 'http' ? 'an HTTP server' : ready ? 'ready' : 'not ready';
  const exit = process.last_exit === null ? '' : `, ended before: ${process.last_exit}`;
  return `${process.state}${process.pid === null ? '' : `, pid ${process.pid}`}${exit}`;
}
