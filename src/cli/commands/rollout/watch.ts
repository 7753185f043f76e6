import { Command } from 'commander';
import { connect } from '../../client.js';
import { withClientOptions, type ClientOptions } from '../../options.js';
import { findRollout } from '../../rollouts/find-rollout.js';
import {
  exitCodeHelp,
  watchToTheEnd,
  withTimeout,
  type WatchOptions,
} from '../../rollouts/watch-options.js';
import { rolloutArgument } from './rollout-argument.js';

interface Options extends ClientOptions, WatchOptions {
  readonly untilPaused?: boolean;
}

/**
 * serin rollout watch, and its short form serin watch
 * @param shown how it is called, for the example
 */
export function rolloutWatchCommand(shown = 'serin rollout watch'): Command {
  const command = new Command('watch')
    .description(
      'Watch a rollout: a live screen on a terminal, a line for everything that happens elsewhere.',
    )
    .addArgument(rolloutArgument())
    .option('--until-paused', 'end with exit code 3 when it waits for a person')
    .addHelpText(
      'after',
      `\nThe exit code tells the outcome. Ctrl-C ends the watching (130); the rollout goes on.\n` +
        `${exitCodeHelp}\n\nExample:\n  $ ${shown} churn`,
    )
    .action(async (named: string | undefined, options: Options) => {
      const { url, json = false, untilPaused = false, timeout } = options;
      const client = connect(url);
      const { id } = await findRollout(client, named);
      const waiting = { json, live: true, untilPaused };
      await watchToTheEnd(client, id, {
        ...waiting,
        ...(timeout === undefined ? {} : { timeout }),
      });
    });
  return withClientOptions(withTimeout(command));
}
