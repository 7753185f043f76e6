import type { ArmStatus, ModelStatus } from '../../../src/api/contract/models.js';
import { Explained } from '../../parts/explained.js';
import { bytes, count } from '../../words/format.js';

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
      <div class="scroll" role="region" aria-label="Processes" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">arm</th>
              <th scope="col">
                <Explained of="version">version</Explained>
              </th>
              <th scope="col">
                <Explained of="processState">process</Explained>
              </th>
              <th scope="col" class="number">
                <Explained of="memory">memory</Explained>
              </th>
              <th scope="col" class="number">
                <Explained of="restarts">restarts</Explained>
              </th>
              <th scope="col">
                <Explained of="faults">injected faults</Explained>
              </th>
              <th scope="col">
                <Explained of="digest">digest</Explained>
              </th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </div>
    </section>
  );
}

function processWords({ process, kind, ready }: ArmStatus): string {
  if (process === null) return kind === 'http' ? 'an HTTP server' : ready ? 'ready' : 'not ready';
  const exit = process.last_exit === null ? '' : `, ended before: ${process.last_exit}`;
  return `${process.state}${process.pid === null ? '' : `, pid ${process.pid}`}${exit}`;
}
