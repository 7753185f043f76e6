import { Command } from 'commander';
import { rolloutActionCommands } from './rollout/actions.js';
import { rolloutCheckCommand } from './rollout/check.js';
import { rolloutEventsCommand } from './rollout/events.js';
import { rolloutExportCommand } from './rollout/export.js';
import { rolloutImportCommand } from './rollout/import.js';
import { rolloutListCommand } from './rollout/list.js';
import { rolloutShowCommand } from './rollout/show.js';
import { rolloutStartCommand } from './rollout/start.js';
import { rolloutWatchCommand } from './rollout/watch.js';

/** serin rollout */
export function rolloutCommand(): Command {
  const command = new Command('rollout')
    .description('Rollouts by a plan: serin.yaml.')
    .addCommand(rolloutCheckCommand())
    .addCommand(rolloutStartCommand())
    .addCommand(rolloutListCommand())
    .addCommand(rolloutShowCommand())
    .addCommand(rolloutWatchCommand())
    .addHelpText(
      'after',
      '\nExample:\n  $ serin rollout check serin.yaml\n  $ serin rollout start serin.yaml --watch',
    );
  for (const action of rolloutActionCommands()) command.addCommand(action);
  return command
    .addCommand(rolloutEventsCommand())
    .addCommand(rolloutExportCommand())
    .addCommand(rolloutImportCommand());
}
