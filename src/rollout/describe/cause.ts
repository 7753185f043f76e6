import type { Cause } from '../machine/state.js';

/** Who or what moved a rollout, in words. */
export function causeName(cause: Cause): string {
  switch (cause.kind) {
    case 'person':
      return cause.name;
    case 'strategy':
      return 'the strategy';
    case 'judge':
      return 'the judge';
    case 'fast-fail':
      return `fast-fail: ${cause.rule}`;
    case 'gate':
      return `the gate ${cause.name}`;
    case 'undecided':
      return 'the strategy, as it was still undecided';
    case 'effect':
      return 'a failure of the router';
  }
}
