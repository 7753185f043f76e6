import { resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { connect } from '../client.js';
import { parsePercentage } from '../units.js';
import { print, withClientOptions, type ClientOptions } from '../options.js';

interface DeployOptions extends ClientOptions {
  readonly model?: string;
  readonly weight?: number;
  readonly sticky?: string;
  readonly why?: string;
}

/** serin deploy */
export function deployCommand(): Command {
  const command = new Command('deploy')
    .description('Load a version as the canary and send it a share of traffic.')
    .argument('<version>', 'MODEL/VERSION, a path inside the model roots, or http://host:port')
    .option('--weight <percent>', 'share of traffic (default: 10)', parsePercentage)
    .option('--model <name>', 'the model, where an HTTP address is deployed')
    .option('--sticky <key>', 'keep users on one arm: header:NAME, cookie:NAME or field:NAME')
    .option('--why <text>', 'for the audit log')
    .addHelpText('after', '\nExample:\n  $ serin deploy churn/2 --weight 10')
    .action(async (version: string, options: DeployOptions) => {
      const { url, json, ...wishes } = options;
      const answer = await connect(url).post<{ message: string }>('/admin/deploy-canary', {
        ...wishes,
        // The server runs in another folder, perhaps: a path that exists here is made absolute.
        model_path: /^(\.|\/)/.test(version) && existsSync(version) ? resolve(version) : version,
      });
      print(answer, json, () => answer.message);
    });
  return withClientOptions(command);
}
