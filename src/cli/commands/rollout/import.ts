import { Command } from 'commander';
import type { RolloutBody } from '../../../api/contract/rollouts.js';
import { SerinError } from '../../../domain/errors.js';
import { connect } from '../../client.js';
import { print, withClientOptions, type ClientOptions } from '../../options.js';
import { readTextFile } from '../../read-text-file.js';

/** serin rollout import */
export function rolloutImportCommand(): Command {
  const command = new Command('import')
    .description('Take in a finished rollout that was exported, here or elsewhere.')
    .argument('<file>', 'what `serin rollout export` wrote')
    .addHelpText('after', '\nExample:\n  $ serin rollout import churn-2.json')
    .action(async (file: string, { url, json }: ClientOptions) => {
      const imported = await connect(url).post<RolloutBody>(
        '/api/v1/rollouts/import',
        parsed(readTextFile(file), file),
      );
      print(imported, json, () => `Rollout ${imported.id}: ${imported.sentence}`);
    });
  return withClientOptions(command);
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SerinError('usage', {
      expected: `JSON of \`serin rollout export\` in ${file}`,
      found: (cause as Error).message,
      cause,
    });
  }
}
