import type { ComponentChild } from 'preact';
import type { VersionBody } from '../../../src/api/contract/versions.js';
import { Badge } from '../../parts/badge.js';
import { Explained } from '../../parts/explained.js';
import type { Explained as Key } from '../../words/explanations.js';
import { bytes, count } from '../../words/format.js';

/** What two versions take, give and are, line by line. */
export function Properties({
  left,
  right,
  heads,
}: {
  readonly left: VersionBody;
  readonly right: VersionBody;
  readonly heads: readonly [ComponentChild, ComponentChild];
}) {
  return (
    <section class="card" aria-label="What they are">
      <div class="scroll" role="region" aria-label="Both versions" tabIndex={0}>
        <table class="compare">
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden-words">property</span>
              </th>
              <th scope="col">{heads[0]}</th>
              <th scope="col">{heads[1]}</th>
              <th scope="col">
                <span class="hidden-words">same or not</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {properties.map((property) => (
              <Row key={property.name} property={property} left={left} right={right} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface Property {
  readonly name: string;
  readonly of: Key;
  readonly read: (version: VersionBody) => string;
  readonly isCode?: true;
  /** What differs in every sound pair: that it does tells nothing. */
  readonly differsAnyway?: true;
}

const properties: readonly Property[] = [
  {
    name: 'serves',
    of: 'serves',
    read: ({ role }) => role ?? 'nothing now',
    differsAnyway: true,
  },
  {
    name: 'kind',
    of: 'kind',
    read: ({ kind }) => (kind === 'onnx' ? 'ONNX file' : 'HTTP server'),
  },
  {
    name: 'description',
    of: 'description',
    read: ({ description }) => description ?? '–',
    differsAnyway: true,
  },
  { name: 'inputs', of: 'inputs', read: ({ inputs }) => tensors(inputs), isCode: true },
  { name: 'outputs', of: 'outputs', read: ({ outputs }) => tensors(outputs), isCode: true },
  {
    name: 'prediction',
    of: 'prediction',
    read: ({ prediction }) =>
      prediction === null ? '–' : `${prediction.output} (${prediction.kind})`,
  },
  {
    name: 'digest',
    of: 'digest',
    read: ({ digest }) => digest ?? '–',
    isCode: true,
    differsAnyway: true,
  },
  {
    name: 'size',
    of: 'size',
    read: ({ size_bytes: size }) => bytes(size),
    differsAnyway: true,
  },
  { name: 'opsets', of: 'opsets', read: ({ opsets }) => pairs(opsets) },
  { name: 'made by', of: 'producer', read: ({ producer }) => producer ?? '–' },
  {
    name: 'metadata',
    of: 'metadata',
    read: ({ metadata }) => pairs(metadata),
    isCode: true,
    differsAnyway: true,
  },
  { name: 'golden rows', of: 'goldenRows', read: ({ golden_rows: rows }) => count(rows) },
  { name: 'problem', of: 'problem', read: ({ problem }) => problem ?? 'none' },
];

function Row({
  property: { name, of, read, isCode, differsAnyway },
  left,
  right,
}: {
  readonly property: Property;
  readonly left: VersionBody;
  readonly right: VersionBody;
}) {
  const [a, b] = [read(left), read(right)];
  const cell = (text: string) => (isCode === true ? <code>{text}</code> : text);
  const isOdd = a !== b && differsAnyway !== true;
  return (
    <tr>
      <th scope="row">
        <Explained of={of}>{name}</Explained>
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
