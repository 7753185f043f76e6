import { useSignal } from '@preact/signals';
import { moment } from '../words/format.js';
import type { ChartPlan } from './chart-plan.js';
import type { Columns } from './columns.js';

/** Four minutes, where there is a point a second. */
const mostRows = 240;

/** The chart as numbers: evenly chosen moments, the newest first. */
export function ChartTable({
  plan,
  columns,
}: {
  readonly plan: ChartPlan;
  readonly columns: Columns;
}) {
  const isOpen = useSignal(false);
  const [times] = columns;
  const every = Math.max(1, Math.ceil(times.length / mostRows));
  const rows = isOpen.value
    ? times.map((_, i) => times.length - 1 - i).filter((_, i) => i % every === 0)
    : [];
  return (
    <details
      class="as-table"
      onToggle={(event) => (isOpen.value = event.currentTarget.open)}
      open={isOpen.value}
    >
      <summary>
        As a table<span class="hidden-words">: {plan.title}</span>
      </summary>
      <div class="scroll" role="region" aria-label={`${plan.title} as a table`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">time</th>
              {plan.lines.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row}>
                <th scope="row">{moment((times[row] ?? 0) * 1000)}</th>
                {plan.lines.map(({ name }, i) => (
                  <td key={name}>{plan.format(columns[i + 1]?.[row])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
