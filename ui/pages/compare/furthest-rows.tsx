import type { DifferencesBody } from '../../../src/api/contract/differences.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { number } from '../../words/format.js';
import { shortJson } from '../../words/short-json.js';

type Row = DifferencesBody['furthest'][number];

/** The rows that both versions answered most differently. */
export function FurthestRows({ found }: { readonly found: DifferencesBody }) {
  return (
    <>
      <h3>The rows that differ most</h3>
      <DataTable label="Rows that differ most" columns={columnsOf(found)} isTall>
        {found.furthest.map((row, i) => (
          <tr key={i}>
            <td>{row.source}</td>
            <td>
              <code>{shortJson(row.input)}</code>
            </td>
            <td>{answerOf(row.stable)}</td>
            <td>{answerOf(row.canary)}</td>
            <td class="number">{number(row.apart)}</td>
          </tr>
        ))}
      </DataTable>
    </>
  );
}

function columnsOf({ stable, canary }: DifferencesBody): readonly Column[] {
  return [
    { name: 'row' },
    { name: 'input' },
    { name: `${stable} said`, class: 'name' },
    { name: `${canary} says`, class: 'name' },
    { name: 'apart', of: 'apart', class: 'number' },
  ];
}

function answerOf({ label, numbers }: Row['stable']) {
  return (
    <>
      {label === null ? null : <strong class="name">{label} </strong>}
      {numbers.length === 0 ? null : (
        <code>{shortJson(numbers.length === 1 ? numbers[0] : numbers)}</code>
      )}
    </>
  );
}
