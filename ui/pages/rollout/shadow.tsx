import type { Disagreements, RolloutBody } from '../../../src/api/contract/rollouts.js';
import { useLoaded } from '../../data/use-loaded.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Fact } from '../../parts/fact.js';
import { count, moment, number } from '../../words/format.js';
import { shortJson } from '../../words/short-json.js';
import { PairedFacts } from './paired-facts.js';

const columns: readonly Column[] = [
  { name: 'when', of: 'when' },
  { name: 'input' },
  { name: 'stable said', class: 'arm-stable' },
  { name: 'canary said', class: 'arm-canary' },
  { name: 'apart', of: 'apart', class: 'number' },
];

/** What became of copies. */
const copies = [
  { name: 'Pairs', of: 'pairs', read: 'pairs' },
  { name: 'Agreeing', of: 'agreeing', read: 'agreeing' },
  { name: 'Disagreeing', of: 'disagreeing', read: 'disagreeing' },
  { name: 'Failed copies', of: 'copiesFailed', read: 'failed' },
  { name: 'Left out', of: 'copiesShed', read: 'shed' },
] as const;

/** How often both versions agreed on the same input, and where they did not. */
export function Shadow({
  id,
  shadow,
}: {
  readonly id: string;
  readonly shadow: NonNullable<RolloutBody['shadow']>;
}) {
  // Read anew whenever there are more of them.
  const path = `api/v1/rollouts/${encodeURIComponent(id)}/disagreements`;
  const { value, problem } = useLoaded<Disagreements>(path, shadow.disagreeing).value;
  const listed = value?.disagreements ?? [];
  return (
    <section class="card">
      <h2>Shadow</h2>
      <dl class="facts">
        {copies.map(({ name, of, read }) => (
          <Fact key={name} name={name} of={of}>
            {count(shadow[read])}
          </Fact>
        ))}
        {shadow.paired === null || shadow.pairs === 0 ? null : (
          <PairedFacts paired={shadow.paired} />
        )}
      </dl>
      {problem === undefined ? null : <p class="note">{problem}</p>}
      {listed.length === 0 ? null : (
        <DataTable label="Disagreements" columns={columns} isTall>
          {listed.map((one) => (
            <tr key={one.request_id}>
              <td>{moment(one.at)}</td>
              <td>
                <code>{shortJson(one.input)}</code>
              </td>
              <td>
                <code>{shortJson(one.stable)}</code>
              </td>
              <td>
                <code>{shortJson(one.canary)}</code>
              </td>
              <td class="number">{number(one.difference)}</td>
            </tr>
          ))}
        </DataTable>
      )}
    </section>
  );
}
