import type { ReportBody } from '../../../src/api/contract/report.js';
import { Explained } from '../../parts/explained.js';
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
      <div class="scroll" role="region" aria-label="Measurements" tabIndex={0}>
        <table class="narrow">
          <thead>
            <tr>
              <th scope="col">
                <Explained of="measured">measured</Explained>
              </th>
              <th scope="col" class="number">
                <Explained of="measured">version {left.name}</Explained>
              </th>
              <th scope="col" class="number">
                <Explained of="measured">version {right.name}</Explained>
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{quantity(ofLeft.get(name))}</td>
                <td class="number">{quantity(ofRight.get(name))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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
