import { Command } from 'commander';
import type { ModelList } from '../../api/contract/models.js';
import { connect } from '../client.js';
import { print, withClientOptions, type ClientOptions } from '../options.js';
import { renderStatus } from '../render/status.js';

/** serin status */
export function statusCommand(): Command {
  const command = new Command('status')
    .description('What is live, what is being tried, and how both do.')
    .argument('[model]', 'only this one')
    .addHelpText('after', '\nExample:\n  $ serin status churn')
    .action(async (model: string | undefined, { url, json }: ClientOptions) => {
      const client = connect(url);
      const answer =
        model === undefined
          ? await client.get<ModelList>('/api/v1/models')
          : { models: [await client.get<ModelList['models'][number]>(pathOf(model))] };
      print(answer, json, () => renderStatus(answer.models));
    });
  return withClientOptions(command);
}

function pathOf(model: string): string {
  return `/api/v1/models/${encodeURIComponent(model)}`;
}
