import { Command } from 'commander';
import type { ModelList, ModelStatus } from '../../api/contract/models.js';
import type { RolloutList } from '../../api/contract/rollouts.js';
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
      const [{ models }, { rollouts }] = await Promise.all([
        model === undefined
          ? client.get<ModelList>('/api/v1/models')
          : client.get<ModelStatus>(pathOf(model)).then((status) => ({ models: [status] })),
        client.get<RolloutList>('/api/v1/rollouts?limit=1000'),
      ]);
      const going = rollouts.filter(
        (rollout) => rollout.outcome === null && models.some(({ name }) => name === rollout.model),
      );
      print({ models, rollouts: going }, json, () => renderStatus(models, going));
    });
  return withClientOptions(command);
}

function pathOf(model: string): string {
  return `/api/v1/models/${encodeURIComponent(model)}`;
}
