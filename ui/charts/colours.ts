/** The names of colours that charts paint with; see style/tokens.css. */
export type Colour = 'stable' | 'canary-fill' | 'good' | 'bad' | 'wait' | 'soft' | 'line' | 'ink';

/** What a colour is now, in light or dark: a canvas knows no variables. */
export function colourOf(name: Colour): string {
  const probe = document.createElement('span');
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The same colour, so that what lies below shows through. @param opacity 0 to 1 */
export function washOf(name: Colour, opacity: number): string {
  return colourOf(name)
    .replace(/^rgb\(/, 'rgba(')
    .replace(/\)$/, `, ${opacity})`);
}
