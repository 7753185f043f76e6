import { Command } from 'commander';
import type { EvidenceOverTime, RolloutBody } from '../../../api/contract/rollouts.js';
import { connect } from '../../client.js';
import { print, withClientOptions, type ClientOptions } from '../../options.js';
import { localDateTime } from '../../render/local-time.js';
import { unpainted } from '../../render/paint.js';
import { renderShown } from '../../render/rollout/shown.js';
import { addressOf, findRollout } from '../../rollouts/find-rollout.js';
import { frontOfRollout } from '../../rollouts/front-of-rollout.js';
import { rolloutArgument } from './rollout-argument.js';

/** serin rollout show */
export function rolloutShowCommand(): Command {
  const command = new Command('show')
    .description('Where a rollout stands: steps, both arms, evidence, and what can be done now.')
    .addArgument(rolloutArgument())
    .addHelpText('after', '\nExample:\n  $ serin rollout show churn')
    .action(async (named: string | undefined, { url, json }: ClientOptions) => {
      const client = connect(url);
      const { id } = await findRollout(client, named);
      const [rollout, { alpha }] = await Promise.all([
        client.get<RolloutBody>(addressOf(id)),
        client.get<EvidenceOverTime>(`${addressOf(id)}/evidence`),
      ]);
      const front = await frontOfRollout(client, rollout);
      const columns = process.stdout.isTTY ? process.stdout.columns : 100;
      const look = { paint: unpainted, columns, nowMs: Date.now(), timeOf: localDateTime };
      print({ ...rollout, front }, json, () => renderShown({ rollout, alpha, front }, look));
    });
  return withClientOptions(command);
}
