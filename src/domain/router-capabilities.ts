import type { Percent } from './share.js';

/** What a router can do (DESIGN, decision 13). */
export interface RouterCapabilities {
  /** Whether it can send copies of requests. */
  readonly shadow: boolean;
  /** Where it can find the key that keeps a user on one arm. */
  readonly sticky: readonly ('header' | 'cookie' | 'field')[];
  /** The smallest weight above 0 that it can give, and the smallest difference between two. */
  readonly minimumWeight: Percent;
  /** Whether it can say which weight is really in force. */
  readonly verify: boolean;
}
