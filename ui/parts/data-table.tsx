import type { ComponentChildren } from 'preact';
import type { Explained as Key } from '../words/explanations.js';
import { Explained } from './explained.js';

export interface Column {
  readonly name: string;
  /** What explains it; a column of names or words needs none. */
  readonly of?: Key;
  /** Numbers stand to the right; an arm has its colour; a name is one, though it may be a digit. */
  readonly class?: 'number' | 'arm-stable' | 'arm-canary' | 'name';
}

/** A table whose heads explain their columns; in a narrow window it is scrolled, and not the page. */
export function DataTable({
  label,
  columns,
  looks,
  isTall = false,
  children,
}: {
  /** What it lists, for who cannot see it. */
  readonly label: string;
  readonly columns: readonly Column[];
  /** A class of its own. */
  readonly looks?: string;
  /** Whether its rows are scrolled as well. */
  readonly isTall?: boolean;
  /** The rows. */
  readonly children: ComponentChildren;
}) {
  return (
    <div class={isTall ? 'scroll tall' : 'scroll'} role="region" aria-label={label} tabIndex={0}>
      <table class={looks}>
        <thead>
          <tr>
            {columns.map(({ name, of, class: kind }) => (
              <th key={name} scope="col" class={kind}>
                {of === undefined ? name : <Explained of={of}>{name}</Explained>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
