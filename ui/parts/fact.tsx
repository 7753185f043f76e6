import type { ComponentChildren } from 'preact';
import type { Explained as Key } from '../words/explanations.js';
import { Explained } from './explained.js';

/** One number with its name; the name explains it. To be used inside a `dl`. */
export function Fact({
  name,
  of,
  text,
  children,
  note,
}: {
  readonly name: string;
  readonly of?: Key;
  /** What explains it where it is shown at one place alone. */
  readonly text?: string;
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
}) {
  return (
    <div class="fact">
      <dt>
        <Explained {...(of === undefined ? {} : { of })} {...(text === undefined ? {} : { text })}>
          {name}
        </Explained>
      </dt>
      <dd>
        {children}
        {note === undefined ? null : <span class="note">{note}</span>}
      </dd>
    </div>
  );
}
