import type { ComponentChildren } from 'preact';
import type { Explained as Key } from '../words/explanations.js';
import { Explained } from './explained.js';

/** One number with its name; the name explains it. To be used inside a `dl`. */
export function Fact({
  name,
  of,
  children,
  note,
}: {
  readonly name: string;
  readonly of: Key;
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
}) {
  return (
    <div class="fact">
      <dt>
        <Explained of={of}>{name}</Explained>
      </dt>
      <dd>
        {children}
        {note === undefined ? null : <span class="note">{note}</span>}
      </dd>
    </div>
  );
}
