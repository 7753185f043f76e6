import type { LoadtestWishes, SmokeWishes, ValidateWishes } from './gate-wishes.js';

/** Something outside the judge that must say yes. */
export type Gate = { readonly timeoutMs: number } & (
  | { readonly kind: 'built-in'; readonly name: 'validate'; readonly wishes?: ValidateWishes }
  | { readonly kind: 'built-in'; readonly name: 'smoke'; readonly wishes?: SmokeWishes }
  | { readonly kind: 'built-in'; readonly name: 'loadtest'; readonly wishes?: LoadtestWishes }
  | { readonly kind: 'webhook'; readonly url: string }
  | { readonly kind: 'command'; readonly command: string }
);

/** A gate's name in sentences: `validate`, or the webhook or command itself. */
export function gateName(gate: Gate): string {
  switch (gate.kind) {
    case 'built-in':
      return gate.name;
    case 'webhook':
      return gate.url;
    case 'command':
      return `"${gate.command}"`;
  }
}
