import type { DifferencesBody } from '../../../src/api/contract/differences.js';
import { Explained } from '../../parts/explained.js';
import { count, share } from '../../words/format.js';

/** Which class became which, and how often. */
export function ClassChanges({ found }: { readonly found: DifferencesBody }) {
  const { changes, compared, stable, canary } = found;
  return (
    <>
      <h3>Rows of another class</h3>
      <table class="narrow">
        <thead>
          <tr>
            <th scope="col" class="name">
              {stable} said
            </th>
            <th scope="col" class="name">
              {canary} says
            </th>
            <th scope="col" class="number">
              <Explained of="changedRows">rows</Explained>
            </th>
            <th scope="col" class="number">
              <Explained of="changedShare">of all</Explained>
            </th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.stable} ${change.canary}`}>
              <td class="name">{change.stable}</td>
              <td class="name">{change.canary}</td>
              <td class="number">{count(change.rows)}</td>
              <td class="number">{share(change.rows / compared)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
