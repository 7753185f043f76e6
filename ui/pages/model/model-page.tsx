import { useEffect } from 'preact/hooks';
import type { DeploymentEntry } from '../../../src/api/contract/models.js';
import { addressOf } from '../../data/address.js';
import { followLive } from '../../data/live.js';
import { models } from '../../data/models.js';
import { rollouts } from '../../data/rollouts.js';
import { useLoaded } from '../../data/use-loaded.js';
import { DataTable, type Column } from '../../parts/data-table.js';
import { Front } from '../../parts/front.js';
import { Awaited, Notice } from '../../parts/notice.js';
import { moment } from '../../words/format.js';
import { ModelCard } from '../overview/model-card.js';
import { Processes } from './processes.js';

const columns: readonly Column[] = [
  { name: 'when', of: 'when' },
  { name: 'what', of: 'what' },
  { name: 'who', of: 'who' },
  { name: 'why' },
];

/** One model: its arms and their processes, and everything that was ever done to it. */
export function ModelPage({ name }: { readonly name: string }) {
  useEffect(followLive, []);
  const model = models.value?.find((one) => one.name === name);
  const edition = JSON.stringify([model?.stable?.version, model?.canary?.version, model?.weight]);
  const { value, problem } = useLoaded<{ events: DeploymentEntry[] }>(
    `api/v1/models/${encodeURIComponent(name)}/events`,
    edition,
  ).value;
  if (models.value === undefined) return <Awaited />;
  if (model === undefined) {
    return (
      <Notice>
        There is no model {name}. <a href={addressOf([])}>All models</a>
      </Notice>
    );
  }
  return (
    <>
      <div class="section-head">
        <h1>{name}</h1>
        <span class="buttons">
          <a class="button" href={addressOf(['compare'], { model: name })}>
            Compare versions
          </a>
          <a class="button primary" href={addressOf(['start'], { model: name })}>
            Start a rollout
          </a>
        </span>
      </div>
      <ModelCard model={model} rollout={runningOf(name)} isAlone />
      {model.front === null ? null : <Front front={model.front} weight={model.weight} />}
      <Processes model={model} />
      <section class="card">
        <h2>Audit log</h2>
        {problem === undefined ? null : <p class="note">{problem}</p>}
        {value === undefined ? null : (
          <DataTable label="Audit log" columns={columns} looks="audit">
            {value.events.map((event, i) => (
              <tr key={`${event.at} ${value.events.length - i}`}>
                <td class="time">{moment(event.at)}</td>
                <td>
                  {event.type.replaceAll('-', ' ')} <Particulars of={event.particulars} />
                </td>
                <td>{event.who}</td>
                <td class="words">{event.why}</td>
              </tr>
            ))}
          </DataTable>
        )}
      </section>
    </>
  );
}

function runningOf(name: string) {
  return rollouts.value?.find(({ model, outcome }) => model === name && outcome === null);
}

/** The version and weight of a change, where it has them; the rest is in the API. */
function Particulars({ of }: { readonly of: unknown }) {
  if (typeof of !== 'object' || of === null) return null;
  const words = Object.entries(of)
    .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
    .filter(([name]) => name !== 'model' && name !== 'digest')
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');
  return words === '' ? null : <code>{words}</code>;
}
