import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { VersionBody } from '../../../src/api/contract/versions.js';
import { addressOf, place } from '../../data/address.js';
import { models, readModels } from '../../data/models.js';
import { useLoaded } from '../../data/use-loaded.js';
import { Awaited, Notice } from '../../parts/notice.js';
import { OfflineDifferences } from './offline-differences.js';
import { Properties } from './properties.js';
import { Reports } from './reports.js';

type List = readonly VersionBody[];

/** Two versions of a model beside each other: what they are, what gates said of them, how they answer. */
export function ComparePage() {
  useEffect(() => void readModels(), []);
  const name = useSignal(place.value.query.get('model') ?? '');
  const model = name.value === '' ? models.value?.[0]?.name : name.value;
  const path =
    model === undefined ? undefined : `api/v1/models/${encodeURIComponent(model)}/versions`;
  const { value, problem } = useLoaded<{ versions: List }>(path).value;
  return (
    <>
      <h1>Compare</h1>
      {models.value === undefined ? <Awaited /> : null}
      <div class="filters">
        <label class="field">
          <span>Model</span>
          <select value={model} onChange={(event) => (name.value = event.currentTarget.value)}>
            {(models.value ?? []).map((one) => (
              <option key={one.name}>{one.name}</option>
            ))}
          </select>
        </label>
      </div>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      {value === undefined || model === undefined ? null : (
        <Versions key={model} model={model} versions={value.versions} />
      )}
    </>
  );
}

function Versions({ model, versions }: { readonly model: string; readonly versions: List }) {
  const { query } = place.value;
  const live = versions.find(({ role }) => role === 'stable') ?? versions[0];
  const tried = versions.find(({ role }) => role === 'canary') ?? versions.at(-1);
  const other = tried === live ? versions.find((version) => version !== live) : tried;
  const chosen = useSignal<readonly [string, string]>([
    query.get('stable') ?? live?.version ?? '',
    query.get('canary') ?? other?.version ?? '',
  ]);
  const [left, right] = chosen.value.map((one) => versions.find(({ version }) => version === one));
  if (left === undefined) return <Notice>This model has no version.</Notice>;
  if (right === undefined)
    return <Notice>Only version {left.version} is in the repository.</Notice>;
  const choose = (side: 0 | 1, version: string): void => {
    chosen.value = side === 0 ? [version, chosen.value[1]] : [chosen.value[0], version];
  };
  const select = (side: 0 | 1) => (
    <select
      aria-label={side === 0 ? 'First version' : 'Second version'}
      value={chosen.value[side]}
      onChange={(event) => choose(side, event.currentTarget.value)}
    >
      {versions.map(({ version }) => (
        <option key={version}>{version}</option>
      ))}
    </select>
  );
  const both = { model, left, right };
  const key = `${left.version} ${right.version}`;
  return (
    <>
      <Properties left={left} right={right} heads={[select(0), select(1)]} />
      <OfflineDifferences key={`differences ${key}`} {...both} />
      <Reports key={`reports ${key}`} {...both} />
      {right.role === null && right.problem === null ? (
        <a class="button primary" href={addressOf(['start'], { model, canary: right.version })}>
          Roll out version {right.version}
        </a>
      ) : null}
    </>
  );
}
