import type { DifferencesBody } from '../../../src/api/contract/differences.js';
import { Explained } from '../../parts/explained.js';
import { number } from '../../words/format.js';
import { shortJson } from '../../words/short-json.js';

type Row = DifferencesBody['furthest'][number];

/** The rows that both versions answered most differently. */
export function FurthestRows({ found }: { readonly found: DifferencesBody }) {
  return (
    <>
      <h3>The rows that differ most</h3>
      <div class="scroll tall" role="region" aria-label="Rows that differ most" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">row</th>
              <th scope="col">input</th>
              <th scope="col" class="name">
                {found.stable} said
              </th>
              <th scope="col" class="name">
                {found.canary} says
              </th>
              <th scope="col" class="number">
                <Explained of="apart">apart</Explained>
              </th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </div>
    </>
  );
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
