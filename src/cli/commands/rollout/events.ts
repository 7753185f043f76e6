import { Command } from 'commander';
import type { RolloutEvents } from '../../../api/contract/rollouts.js';
import { connect } from '../../client.js';
import { print, withClientOptions, type ClientOptions } from '../../options.js';
import { localDateTime } from '../../render/local-time.js';
import { unpainted } from '../../render/paint.js';
import { renderEvent } from '../../render/rollout/event-line.js';
import { addressOf, findRollout } from '../../rollouts/find-rollout.js';
import { parseSequence } from '../../units.js';
import { rolloutArgument } from './rollout-argument.js';

interface Options extends ClientOptions {
  readonly after: number;
}

/** serin rollout events */
export function rolloutEventsCommand(): Command {
  const command = new Command('events')
    .description('Everything that happened to a rollout, with who and why: the audit log.')
    .addArgument(rolloutArgument())
    .option('--after <sequence>', 'only what came after this event', parseSequence, 0)
    .addHelpText('after', '\nExample:\n  $ serin rollout events churn')
    .action(async (named: string | undefined, { url, json, after }: Options) => {
      const client = connect(url);
      const { id } = await findRollout(client, named);
      const path = `${addressOf(id)}/events?after=${after}`;
      const answer = await client.get<RolloutEvents>(path);
      const look = { timeOf: localDateTime, paint: unpainted };
      print(answer, json, () => answer.events.map((event) => renderEvent(event, look)).join('\n'));
    });
  return withClientOptions(command);
}
