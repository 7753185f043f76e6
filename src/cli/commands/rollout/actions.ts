import { Command } from 'commander';
import type { Static } from 'typebox';
import type { ActionRequest } from '../../../api/contract/rollout-requests.js';
import type { ActionName, RolloutBody } from '../../../api/contract/rollouts.js';
import { connect } from '../../client.js';
import { print, withClientOptions, type ClientOptions } from '../../options.js';
import { printable } from '../../render/printable.js';
import { addressOf, findRollout } from '../../rollouts/find-rollout.js';
import { parsePercentage } from '../../units.js';
import { rolloutArgument } from './rollout-argument.js';

interface ActionOptions extends ClientOptions {
  readonly why?: string;
}

type Wishes = Static<typeof ActionRequest>;
type PlainAction = Exclude<ActionName, 'weight'>;

const descriptions: Readonly<Record<PlainAction, string>> = {
  pause: 'Stop at the weight that it has, until somebody resumes it.',
  resume: 'Go on: the step that it is at begins again.',
  advance: 'Go to the next step now, without waiting for the rest of the hold.',
  promote: 'Make the canary stable now, without the rest of the plan.',
  rollback:
    'Take the canary everything, at once; after a promotion: go back to the version before.',
  abort: 'End it with no word about the canary: stable gets all traffic.',
  retry: 'Begin again, from the first step, after a roll-back, a failure or an abort.',
};

const reasons: Readonly<Record<ActionName, string>> = {
  pause: 'nobody in the office until Monday',
  resume: 'looked at the disagreements: fine',
  advance: 'seen enough of 10%',
  weight: 'more data',
  promote: 'the old model is broken',
  rollback: 'support calls',
  abort: 'wrong file',
  retry: 'the database was slow',
};

/** serin rollout pause|resume|advance|promote|rollback|abort|retry|weight: what a person can ask for */
export function rolloutActionCommands(): Command[] {
  const plain = (Object.keys(descriptions) as PlainAction[]).map((name) =>
    withAsking(
      new Command(name).description(descriptions[name]).addArgument(rolloutArgument()),
      name,
      `serin rollout ${name} churn`,
    ).action((named: string | undefined, options: ActionOptions) => ask(name, named, options)),
  );
  return [...plain, weightCommand()];
}

function weightCommand(): Command {
  const command = new Command('weight')
    .description("Set the canary's share of the traffic.")
    .argument('<percent>', 'from 0 to 100', parsePercentage)
    .addArgument(rolloutArgument());
  return withAsking(command, 'weight', 'serin rollout weight 25 churn').action(
    (weight: number, named: string | undefined, options: ActionOptions) =>
      ask('weight', named, options, { weight }),
  );
}

function withAsking(command: Command, name: ActionName, example: string): Command {
  return withClientOptions(
    command
      .option('--why <text>', 'for the audit log')
      .addHelpText('after', `\nExample:\n  $ ${example} --why "${reasons[name]}"`),
  );
}

async function ask(
  name: ActionName,
  named: string | undefined,
  { url, json, why }: ActionOptions,
  wishes: Wishes = {},
): Promise<void> {
  const client = connect(url);
  // What is taken back is what is live, whatever was tried since and did not make it.
  const { id, step } = await findRollout(
    client,
    named,
    name === 'rollback' ? 'promoted' : 'newest',
  );
  const request: Wishes = {
    ...wishes,
    ...(why === undefined ? {} : { why }),
    // So that two people who look at the same step do not skip two.
    ...(name === 'advance' && step >= 0 ? { from_step: step } : {}),
  };
  const answer = await client.post<RolloutBody>(`${addressOf(id)}/${name}`, request);
  print(answer, json, () => printable(`${answer.model}: ${answer.sentence}`));
}
