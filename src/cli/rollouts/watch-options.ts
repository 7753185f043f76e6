import type { Command } from 'commander';
import type { Client } from '../client.js';
import { parseDurationMs } from '../units.js';
import { chooseDisplay, type DisplayWishes } from './displays/choose-display.js';
import { exitCodeOfWatching, watchRollout } from './watch-rollout.js';

export const exitCodeHelp =
  'Exit codes: 0 promoted, 2 rolled back, 3 waits for a person or --timeout, 4 failed before\n' +
  'any traffic, 5 aborted, 1 any other error.';

export interface WatchOptions {
  readonly timeout?: number;
}

export function withTimeout(command: Command): Command {
  return command.option(
    '--timeout <time>',
    'stop waiting after so long, with exit code 3; the rollout goes on',
    parseDurationMs,
  );
}

/** Watches a rollout for a command, until its end or Ctrl-C, and sets the exit code that tells it. */
export async function watchToTheEnd(
  client: Client,
  id: string,
  wishes: DisplayWishes & WatchOptions & { readonly untilPaused: boolean },
): Promise<void> {
  const { timeout, untilPaused } = wishes;
  const interrupt = new AbortController();
  const stop = (): void => {
    interrupt.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    const watching = await watchRollout({
      client,
      id,
      untilPaused,
      display: chooseDisplay(wishes),
      interrupt: interrupt.signal,
      timeout: timeout === undefined ? undefined : AbortSignal.timeout(timeout),
    });
    process.exitCode = exitCodeOfWatching(watching);
  } finally {
    for (const signal of signals) process.off(signal, stop);
  }
}
