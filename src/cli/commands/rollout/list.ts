import { Command } from 'commander';
import type { RolloutList } from '../../../api/contract/rollouts.js';
import { connect } from '../../client.js';
import { print, withClientOptions, type ClientOptions } from '../../options.js';
import { localDateTime } from '../../render/local-time.js';
import { renderList } from '../../render/rollout/list.js';
import { parseCount } from '../../units.js';

interface Options extends ClientOptions {
  readonly model?: string;
  readonly limit: number;
}

/** serin rollout list */
export function rolloutListCommand(): Command {
  const command = new Command('list')
    .description('All rollouts, the newest first.')
    .option('--model <name>', 'only of this model')
    .option('--limit <number>', 'at most so many', parseCount, 20)
    .addHelpText('after', '\nExample:\n  $ serin rollout list --model churn')
    .action(async ({ url, json, model, limit }: Options) => {
      const query = new URLSearchParams({
        limit: String(limit),
        ...(model === undefined ? {} : { model }),
      });
      const answer = await connect(url).get<RolloutList>(`/api/v1/rollouts?${query.toString()}`);
      print(answer, json, () => renderList(answer.rollouts, { timeOf: localDateTime }));
    });
  return withClientOptions(command);
}
