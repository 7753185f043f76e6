import { Option, type Command } from 'commander';
import { defaultUrl } from './client.js';

/** What every command that talks to a server takes. */
export interface ClientOptions {
  readonly url?: string;
  readonly json?: boolean;
}

export function withClientOptions(command: Command): Command {
  return command
    .addOption(new Option('--url <address>', `server (SERIN_URL, or ${defaultUrl})`))
    .addOption(new Option('--json', 'answer for machines'));
}

/** Prints the answer as JSON, or as the lines that a person reads. */
export function print(answer: unknown, asJson: boolean | undefined, lines: () => string): void {
  const text = asJson === true ? JSON.stringify(answer, null, 2) : lines();
  process.stdout.write(`${text}\n`);
}
