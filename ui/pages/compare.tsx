import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { VersionBody } from '../../src/api/contract/versions.js';
import { addressOf, place } from '../data/address.js';
import { models, readModels } from '../data/models.js';
import { useLoaded } from '../data/use-loaded.js';
import { Badge } from '../parts/badge.js';
import { Explained } from '../parts/explained.js';
import { Awaited, Notice } from '../parts/notice.js';
import { bytes, count } from '../words/format.js';

/** Two versions of a model beside each other: what they take, what they give, what they are. */
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

type List = readonly VersionBody[];

function Versions({ model, versions }: { readonly model: string; readonly versions: List }) {
  const live = versions.find(({ role }) => role === 'stable') ?? versions[0];
  const tried = versions.find(({ role }) => role === 'canary') ?? versions.at(-1);
  const other = tried === live ? versions.find((version) => version !== live) : tried;
  const chosen = useSignal<readonly [string, string]>([live?.version ?? '', other?.version ?? '']);
  const pair = chosen.value.map((one) => versions.find(({ version }) => version === one));
  const [left, right] = pair;
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
  return (
    <>
      <div class="card scroll" role="region" aria-label="Both versions" tabIndex={0}>
        <table class="compare">
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden-words">property</span>
              </th>
              <th scope="col">{select(0)}</th>
              <th scope="col">{select(1)}</th>
              <th scope="col">
                <span class="hidden-words">same or not</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, read }) => (
              <Row key={name} name={name} left={left} right={right} read={read} />
            ))}
          </tbody>
        </table>
      </div>
      {right.role === null && right.problem === null ? (
        <a class="button primary" href={addressOf(['start'], { model, canary: right.version })}>
          Roll out version {right.version}
        </a>
      ) : null}
    </>
  );
}

interface RowPlan {
  readonly name: string;
  readonly read: (version: VersionBody) => string;
}

const rows: readonly RowPlan[] = [
  { name: 'serves', read: ({ role }) => role ?? 'nothing now' },
  { name: 'kind', read: ({ kind }) => (kind === 'onnx' ? 'ONNX file' : 'HTTP server') },
  { name: 'description', read: ({ description }) => description ?? '–' },
  { name: 'inputs', read: ({ inputs }) => tensors(inputs) },
  { name: 'outputs', read: ({ outputs }) => tensors(outputs) },
  {
    name: 'prediction',
    read: ({ prediction }) =>
      prediction === null ? '–' : `${prediction.output} (${prediction.kind})`,
  },
  { name: 'digest', read: ({ digest }) => digest ?? '–' },
  { name: 'size', read: ({ size_bytes: size }) => bytes(size) },
  { name: 'opsets', read: ({ opsets }) => pairs(opsets) },
  { name: 'made by', read: ({ producer }) => producer ?? '–' },
  { name: 'metadata', read: ({ metadata }) => pairs(metadata) },
  { name: 'golden rows', read: ({ golden_rows: rows }) => count(rows) },
  { name: 'problem', read: ({ problem }) => problem ?? 'none' },
];

/** Rows that are the same in every sound pair tell nothing when they differ. */
const expectedToDiffer = new Set(['serves', 'digest', 'description', 'metadata', 'size']);

function Row({
  name,
  left,
  right,
  read,
}: {
  readonly name: string;
  readonly left: VersionBody;
  readonly right: VersionBody;
  readonly read: (version: VersionBody) => string;
}) {
  const [a, b] = [read(left), read(right)];
  const isCode =
    name === 'inputs' || name === 'outputs' || name === 'digest' || name === 'metadata';
  const cell = (text: string) => (isCode ? <code>{text}</code> : text);
  const isOdd = a !== b && !expectedToDiffer.has(name);
  return (
    <tr>
      <th scope="row">
        {name === 'digest' || name === 'size' ? <Explained of={name}>{name}</Explained> : name}
      </th>
      <td>{cell(a)}</td>
      <td>{cell(b)}</td>
      <td>
        {a === b ? (
          <span class="note">same</span>
        ) : (
          <Badge tone={isOdd ? 'wait' : 'quiet'}>differs</Badge>
        )}
      </td>
    </tr>
  );
}

function tensors(list: VersionBody['inputs']): string {
  const words = list.map(({ name, datatype, shape }) => {
    const sizes = shape.map((size) => (size === -1 ? 'any' : String(size)));
    return `${name}: ${datatype} [${sizes.join(', ')}]`;
  });
  return words.length === 0 ? '–' : words.join('\n');
}

function pairs(record: Readonly<Record<string, string | number>>): string {
  const words = Object.entries(record).map(([key, value]) => `${key} ${value}`);
  return words.length === 0 ? '–' : words.join('\n');
}
