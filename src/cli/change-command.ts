import { Command } from 'commander';
import { connect } from './client.js';
import { print, withClientOptions, type ClientOptions } from './options.js';

/** A command that changes one model's arms, and prints what the server says of it. */
export function changeCommand(
  name: string,
  description: string,
  path: string,
  example: string,
): Command {
  const command = new Command(name)
    .description(description)
    .argument('[model]', 'may be left out where there is one, or a default')
    .option('--why <text>', 'for the audit log')
    .addHelpText('after', `\nExample:\n  $ ${example}`)
    .action(async (model: string | undefined, options: ClientOptions & { why?: string }) => {
      const { url, json, why } = options;
      const answer = await connect(url).post<{ message: string }>(path, {
        ...(model === undefined ? {} : { model }),
        ...(why === undefined ? {} : { why }),
      });
      print(answer, json, () => answer.message);
    });
  return withClientOptions(command);
}
