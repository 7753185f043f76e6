import { Command } from 'commander';
import type { RolloutBody } from '../../../api/contract/rollouts.js';
import { connect } from '../../client.js';
import { print, withClientOptions, type ClientOptions } from '../../options.js';
import { readTextFile } from '../../read-text-file.js';
import { reportProblems } from '../../report-problems.js';
import {
  exitCodeHelp,
  watchToTheEnd,
  withTimeout,
  type WatchOptions,
} from '../../rollouts/watch-options.js';

interface StartOptions extends ClientOptions, WatchOptions {
  readonly why?: string;
  readonly watch?: boolean;
  readonly wait?: boolean;
}

/** serin rollout start */
export function rolloutStartCommand(): Command {
  const command = new Command('start')
    .description('Start the rollout that a file describes.')
    .argument('<file>', 'serin.yaml')
    .option('--why <text>', 'for the audit log')
    .option('--watch', 'and watch it on a live screen, to its end')
    .option('--wait', 'and wait for its end, or until it waits for a person: for CI')
    .addHelpText(
      'after',
      '\nWith --watch or --wait the exit code tells the outcome.\n' +
        `${exitCodeHelp}\n\nExample:\n` +
        '  $ serin rollout start serin.yaml --why "retrained on May"\n' +
        '  $ serin rollout start serin.yaml --wait --timeout 1h',
    )
    .action(start);
  return withClientOptions(withTimeout(command));
}

async function start(file: string, options: StartOptions): Promise<void> {
  const { url, json = false, why, watch = false, wait = false, timeout } = options;
  const client = connect(url);
  const asked = { yaml: readTextFile(file), file, ...(why === undefined ? {} : { why }) };
  try {
    const started = await client.post<RolloutBody>('/api/v1/rollouts', asked);
    if (watch || wait) {
      const waiting = { json, live: watch, untilPaused: wait };
      await watchToTheEnd(client, started.id, {
        ...waiting,
        ...(timeout === undefined ? {} : { timeout }),
      });
    } else {
      print(started, json, () =>
        [
          `Rollout ${started.id} of ${started.model}: ${started.sentence}`,
          `Watch it: serin rollout watch ${started.id}`,
        ].join('\n'),
      );
    }
  } catch (thrown) {
    reportProblems(thrown, json);
  }
}
