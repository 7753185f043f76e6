import { coloursChanged } from '../data/theme.js';
import type { Colour } from './colour.js';

/** Asking the browser for a colour makes it lay out the page: once for each is enough. */
const known = new Map<Colour, string>();
coloursChanged.subscribe(() => known.clear());

/** What a colour is now, in light or dark: a canvas knows no variables. */
export function colourOf(name: Colour): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  known.set(name, color);
  return color;
}

/** The same colour, so that what lies below shows through. @param opacity 0 to 1 */
export function washOf(name: Colour, opacity: number): string {
  return colourOf(name)
    .replace(/^rgb\(/, 'rgba(')
    .replace(/\)$/, `, ${opacity})`);
}
