import { Argument } from 'commander';

/** Which rollout is meant (src/cli/rollouts/find-rollout.ts). */
export function rolloutArgument(): Argument {
  return new Argument('[rollout]', 'id or model; may be left out where only one can be meant');
}
