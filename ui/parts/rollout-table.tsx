import type { RolloutSummary } from '../../src/api/contract/rollouts.js';
import { addressOf } from '../data/address.js';
import { duration, moment } from '../words/format.js';
import { PhaseBadge } from './badge.js';
import { DataTable, type Column } from './data-table.js';

const columns: readonly Column[] = [
  { name: 'rollout' },
  { name: 'outcome' },
  { name: 'why' },
  { name: 'who', of: 'startedAndEndedBy' },
  { name: 'started', of: 'started' },
  { name: 'took', of: 'took' },
];

/** Rollouts, one a row: what, how it ended or goes, why, who, when. */
export function RolloutTable({ rollouts }: { readonly rollouts: readonly RolloutSummary[] }) {
  return (
    <DataTable label="Rollouts" columns={columns} looks="rollouts">
      {rollouts.map((rollout) => (
        <tr key={rollout.id}>
          <th scope="row">
            <a href={addressOf(['rollouts', rollout.id])}>
              {rollout.model} <span class="arm-stable">{rollout.stable}</span>
              {' → '}
              <span class="arm-canary">{rollout.canary}</span>
            </a>
          </th>
          <td>
            <PhaseBadge phase={rollout.phase} />
          </td>
          <td class="words">{rollout.sentence}</td>
          <td>
            {rollout.started_by}
            {rollout.outcome === null || rollout.by === null ? null : (
              <span class="note ended-by">ended by {rollout.by}</span>
            )}
          </td>
          <td class="time">{moment(rollout.started_at)}</td>
          <td class="time">{took(rollout)}</td>
        </tr>
      ))}
    </DataTable>
  );
}

function took({ started_at: from, ended_at: to }: RolloutSummary): string {
  if (to === null) return 'goes on';
  return duration(new Date(to).getTime() - new Date(from).getTime());
}
