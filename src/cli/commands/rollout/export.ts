import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { RolloutExport } from '../../../api/contract/rollouts.js';
import { SerinError } from '../../../domain/errors.js';
import { connect } from '../../client.js';
import { print, withClientOptions, type ClientOptions } from '../../options.js';
import { addressOf, findRollout } from '../../rollouts/find-rollout.js';
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
      write(out, `${JSON.stringify(exported)}\n`);
      const events = exported.events.length;
      print(
        { file: out, id, events },
        json,
        () => `Wrote ${out}: rollout ${id}, ${events} events.`,
      );
    });
  return withClientOptions(command);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const { code = 'an error' } = cause as NodeJS.ErrnoException;
    throw new SerinError('usage', { expected: `to write ${file}`, found: code, cause });
  }
}
