/** How a piece of text stands out on a terminal. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Gives a text its style. What is drawn must be understood without it. */
export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
};

/** For files, pipes, and people who want no colour (https://no-color.org). */
export const unpainted: Paint = (_style, text) => text;

/** For terminals: SGR sequences of ECMA-48. */
export const painted: Paint = (style, text) => {
  const [on, off] = codes[style];
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
};
