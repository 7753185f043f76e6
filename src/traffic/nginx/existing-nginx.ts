import { setTimeout as sleep } from 'node:timers/promises';
import { SerinError } from '../../domain/errors.js';
import { restoreFile, textOfFile, writeInOnePiece } from './config-file.js';
import type { Rendered } from './config/render.js';
import { generationInForce, waitUntilInForce } from './in-force.js';
import { refusedBy } from './nginx-words.js';
import { OneAtATime } from './one-at-a-time.js';
import { runProgram } from './run-program.js';
import type { RunningNginx } from './running-nginx.js';
import type { ExistingNginx as Settings } from '../../domain/front.js';
import type { StateClient } from './state-client.js';

/**
 * An NGINX that somebody else runs. Serin writes one file that it includes, and runs the commands
 * that it was given to test and to reload; it sends no signal and stops nothing.
 */
export class ExistingNginx implements RunningNginx {
  readonly #turns = new OneAtATime();
  readonly trouble = undefined;
  readonly reopenLog: (() => Promise<void>) | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly client: StateClient,
    private readonly deadlineMs: number,
    private readonly slowestMs: number,
  ) {
    const { reopenCommand } = settings;
    this.reopenLog =
      reopenCommand === undefined
        ? undefined
        : () => this.#turns.run(() => command(reopenCommand, 'nginx-reload-failed'));
  }

  apply(rendered: Rendered): Promise<void> {
    return this.#turns.run(async () => {
      const { includeFile, testCommand = 'nginx -t', reloadCommand } = this.settings;
      const before = await textOfFile(includeFile);
      await writeInOnePiece(includeFile, rendered.text);
      // After a restart of Serin: then no client is disturbed by a reload.
      if ((await generationInForce(this.client)) === rendered.generation) return;
      try {
        await command(testCommand, 'nginx-refused');
      } catch (thrown) {
        await restoreFile(includeFile, before);
        throw thrown;
      }
      try {
        await command(reloadCommand, 'nginx-reload-failed');
        await waitUntilInForce(this.client, rendered.generation, this.deadlineMs, () =>
          Promise.resolve(undefined),
        );
      } catch (thrown) {
        await restoreFile(includeFile, before);
        // One that only was slow must not take it in force later.
        await runProgram(reloadCommand, undefined);
        throw thrown;
      }
    });
  }

  keep({ text }: Rendered): Promise<void> {
    return this.#turns.run(() => writeInOnePiece(this.settings.includeFile, text));
  }

  /** Its processes are somebody else's: it is waited for as long as a request may take. */
  async drained(): Promise<void> {
    await sleep(this.slowestMs, undefined, { ref: false });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function command(line: string, code: 'nginx-refused' | 'nginx-reload-failed'): Promise<void> {
  const ended = await runProgram(line, undefined);
  if (ended.code === 0) return;
  const { message, words } = refusedBy(ended.output, code);
  throw new SerinError(code, { expected: `"${line}" to succeed`, found: words.found ?? message });
}
