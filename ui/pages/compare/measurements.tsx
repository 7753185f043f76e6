import type { ReportBody } from '../../../src/api/contract/report.js';
import { DataTable } from '../../parts/data-table.js';
import { bytes, number } from '../../words/format.js';

interface Side {
  readonly name: string;
  readonly reports: readonly ReportBody[];
}

type Measurement = ReportBody['measurements'][number];

/** What the gates of both versions measured, side by side. */
export function Measurements({ left, right }: { readonly left: Side; readonly right: Side }) {
  const [ofLeft, ofRight] = [measured(left), measured(right)];
  const names = [...new Set([...ofLeft.keys(), ...ofRight.keys()])];
  if (names.length === 0) return null;
  return (
    <>
      <h3>What these gates measured</h3>
      <DataTable
        label="Measurements"
        columns={[
          { name: 'measured', of: 'measured' },
          { name: `version ${left.name}`, of: 'measured', class: 'number' },
          { name: `version ${right.name}`, of: 'measured', class: 'number' },
        ]}
        looks="narrow"
      >
        {names.map((name) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{quantity(ofLeft.get(name))}</td>
            <td class="number">{quantity(ofRight.get(name))}</td>
          </tr>
        ))}
      </DataTable>
    </>
  );
}

function measured({ reports }: Side): ReadonlyMap<string, Measurement> {
  return new Map(
    reports.flatMap(({ gate, measurements }) =>
      measurements.map((one) => [`${gate}: ${one.name}`, one] as const),
    ),
  );
}

function quantity(measurement: Measurement | undefined): string {
  if (measurement === undefined) return '–';
  const { value, unit } = measurement;
  return unit === 'bytes' ? bytes(value) : `${number(value)} ${unit}`.trim();
}
