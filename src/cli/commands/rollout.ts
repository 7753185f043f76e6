import { Command } from 'commander';
import { rolloutCheckCommand } from './rollout-check.js';

/** serin rollout */
export function rolloutCommand(): Command {
  return new Command('rollout')
    .description('Rollouts by a plan: serin.yaml.')
    .addCommand(rolloutCheckCommand())
    .addHelpText('after', '\nExample:\n  $ serin rollout check serin.yaml');
}
