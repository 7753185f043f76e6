import { Command } from 'commander';
import type { RolloutExport } from '../../../api/contract/rollout-requests.js';
import { connect } from '../../client.js';
import { print, withClientOptions, type ClientOptions } from '../../options.js';
import { addressOf, findRollout } from '../../rollouts/find-rollout.js';
import { writeTextFile } from '../../write-text-file.js';
import { rolloutArgument } from './rollout-argument.js';

interface Options extends ClientOptions {
  readonly out?: string;
}

/** serin rollout export */
export function rolloutExportCommand(): Command {
  const command = new Command('export')
    .description('Write a finished rollout as JSON, to be kept elsewhere or read by another Serin.')
    .addArgument(rolloutArgument())
    .option('--out <file>', 'write it here, and not to standard output')
    .addHelpText('after', '\nExample:\n  $ serin rollout export churn --out churn-2.json')
    .action(async (named: string | undefined, { url, json, out }: Options) => {
      const client = connect(url);
      const { id } = await findRollout(client, named);
      const exported = await client.get<RolloutExport>(`${addressOf(id)}/export`);
      if (out === undefined) {
        print(exported, true, String);
        return;
      }
      writeTextFile(out, `${JSON.stringify(exported)}\n`);
      const events = exported.events.length;
      print(
        { file: out, id, events },
        json,
        () => `Wrote ${out}: rollout ${id}, ${events} events.`,
      );
    });
  return withClientOptions(command);
}
