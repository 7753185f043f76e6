/** The names of colours that charts paint with; see style/tokens.css. */
export type Colour =
  'stable' | 'canary-fill' | 'good' | 'bad' | 'wait' | 'soft' | 'line' | 'ink' | 'card';
