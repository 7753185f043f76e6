import { mkdir, readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toSerinError } from '../../domain/errors.js';
import { restoreFile, textOfFile, writeInOnePiece } from './config-file.js';
import type { Rendered } from './config/render.js';
import { generationInForce, waitUntilInForce } from './in-force.js';
import { complaintOf, refusedBy } from './nginx-words.js';
import { findOwnProcesses, isOwnMaster, type OwnProcess } from './own-processes.js';
import { OneAtATime } from './one-at-a-time.js';
import { runProgram } from './run-program.js';
import type { RunningNginx } from './running-nginx.js';
import type { StateClient } from './state-client.js';
import { textSince } from './text-since.js';

export interface OwnNginxOptions {
  /** Real path, existing. */
  readonly folder: string;
  readonly binary: string;
  readonly client: StateClient;
  readonly deadlineMs: number;
  /** How long requests under way may take when it is stopped. */
  readonly graceMs: number;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** How often it is looked whether NGINX is still there. */
const watchEveryMs = 200;
/** How often it is looked whether the workers of before are gone. */
const drainEveryMs = 200;
/** How long workers without a master are waited for before the next NGINX is started. */
const lettingGoMs = 500;
const longestErrorLog = 16 * 1024 * 1024;

/**
 * An NGINX that Serin runs: started, watched, started again when it dies, and stopped. One that a
 * Serin left behind is taken over with the next configuration, so that its users notice nothing.
 */
export class OwnNginx implements RunningNginx {
  readonly #turns = new OneAtATime();
  readonly #file: string;
  readonly #watch: NodeJS.Timeout;
  #inForce: Rendered | undefined;
  #master: number | undefined;
  #trouble: string | undefined;
  #isClosed = false;

  private constructor(private readonly options: OwnNginxOptions) {
    this.#file = join(options.folder, 'nginx.conf');
    this.#watch = setInterval(() => void this.#turns.run(() => this.#watchOver()), watchEveryMs);
  }

  /** Finds the NGINX that is there already. */
  static async open(options: OwnNginxOptions): Promise<OwnNginx> {
    await mkdir(join(options.folder, 'temp'), { recursive: true });
    const nginx = new OwnNginx(options);
    const master = (await findOwnProcesses(options.folder)).find(({ isMaster }) => isMaster);
    nginx.#master = master?.pid;
    return nginx;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  apply(rendered: Rendered): Promise<void> {
    return this.#turns.run(async () => {
      const before = this.#inForce?.text ?? (await textOfFile(this.#file));
      const wasAlive = await this.#isAlive();
      // One that was taken over may have it already: then no client is disturbed by a reload.
      const isInForce =
        wasAlive && (await generationInForce(this.options.client)) === rendered.generation;
      await this.#test(rendered.text);
      await writeInOnePiece(this.#file, rendered.text);
      try {
        if (wasAlive && !isInForce) await this.#reload(rendered.generation);
        if (!wasAlive) await this.#start(rendered.generation);
      } catch (thrown) {
        await restoreFile(this.#file, before);
        // One that only was slow must not take it in force later.
        if (wasAlive) this.#signal('SIGHUP');
        else await this.#stopEverything('SIGTERM');
        throw thrown;
      }
      this.#inForce = rendered;
    });
  }

  keep(rendered: Rendered): Promise<void> {
    return this.#turns.run(async () => {
      // What is started anew has it also where the disk is full.
      this.#inForce = rendered;
      await writeInOnePiece(this.#file, rendered.text);
    });
  }

  async drained(): Promise<void> {
    while (!this.#isClosed) {
      const own = await findOwnProcesses(this.options.folder);
      if (!own.some(({ isLeaving }) => isLeaving)) return;
      await sleep(drainEveryMs);
    }
  }

  readonly reopenLog = (): Promise<void> =>
    this.#turns.run(async () => {
      if (await this.#isAlive()) this.#signal('SIGUSR1');
    });

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#watch);
    await this.#turns.run(() => this.#stopEverything('SIGQUIT'));
  }

  async #test(text: string): Promise<void> {
    const tried = join(this.options.folder, 'tried.conf');
    await writeInOnePiece(tried, text);
    const { code, output } = await this.#run('-t', '-q', '-c', tried);
    await rm(tried, { force: true });
    if (code !== 0) throw refusedBy(output, 'nginx-refused');
  }

  async #start(generation: string): Promise<void> {
    // Workers whose master was killed hold its ports; asked to quit they let go of them at once, and
    // end what they are at beside the new ones. Sockets outlive a kill as files.
    await this.#end('SIGQUIT', lettingGoMs);
    await this.#removeSockets();
    const { code, output } = await this.#run('-c', this.#file);
    if (code !== 0) throw refusedBy(output, 'nginx-refused');
    const { client, deadlineMs, folder } = this.options;
    await waitUntilInForce(client, generation, deadlineMs, () => Promise.resolve(undefined));
    this.#master = (await findOwnProcesses(folder)).find(({ isMaster }) => isMaster)?.pid;
  }

  async #reload(generation: string): Promise<void> {
    const { client, deadlineMs, folder } = this.options;
    const errorLog = join(folder, 'error.log');
    const from = (await stat(errorLog)).size;
    this.#signal('SIGHUP');
    await waitUntilInForce(client, generation, deadlineMs, async () => {
      const written = await textSince(errorLog, from);
      return complaintOf(written) === undefined
        ? undefined
        : refusedBy(written, 'nginx-reload-failed');
    });
  }

  async #watchOver(): Promise<void> {
    const { warn } = this.options;
    try {
      if (this.#isClosed || this.#inForce === undefined) return;
      await this.#keepErrorLogShort();
      if (await this.#isAlive()) {
        this.#trouble = undefined;
        return;
      }
      if (this.#trouble === undefined) warn('NGINX has died; it is started again', {});
      // From memory, whatever was done to the file meanwhile; where nothing was, a full disk is no obstacle.
      const { text } = this.#inForce;
      if ((await textOfFile(this.#file)) !== text) await writeInOnePiece(this.#file, text);
      await this.#start(this.#inForce.generation);
      this.#trouble = undefined;
      warn('NGINX serves again', { pid: this.#master });
    } catch (thrown) {
      const { message } = toSerinError(thrown);
      if (this.#trouble !== message) warn('NGINX cannot be kept running', { why: message });
      this.#trouble = message;
    }
  }

  async #stopEverything(signal: NodeJS.Signals): Promise<void> {
    signalAll(await this.#end(signal, this.options.graceMs), 'SIGKILL');
    this.#master = undefined;
  }

  /** @returns what is still there after so long */
  async #end(signal: NodeJS.Signals, withinMs: number): Promise<readonly OwnProcess[]> {
    const { folder } = this.options;
    const until = performance.now() + withinMs;
    let own = await findOwnProcesses(folder);
    signalAll(own, signal);
    while (own.length > 0 && performance.now() < until) {
      await sleep(20);
      own = await findOwnProcesses(folder);
    }
    return own;
  }

  /** Every failure of a canary is a line in it; NGINX appends, so that cutting it short is safe. */
  async #keepErrorLogShort(): Promise<void> {
    const file = join(this.options.folder, 'error.log');
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && found.size > longestErrorLog) await truncate(file);
  }

  async #removeSockets(): Promise<void> {
    const { folder } = this.options;
    for (const place of [folder, join(folder, 'admin')]) {
      const sockets = (await readdir(place)).filter((name) => name.endsWith('.sock'));
      await Promise.all(sockets.map((name) => rm(join(place, name), { force: true })));
    }
  }

  #run(...args: string[]): Promise<{ code: number; output: string }> {
    const { binary, folder } = this.options;
    const all = ['-p', folder, '-e', join(folder, 'error.log'), ...args];
    return runProgram(binary, all, { cwd: folder });
  }

  async #isAlive(): Promise<boolean> {
    return this.#master !== undefined && isOwnMaster(this.#master, this.options.folder);
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#master === undefined) return;
    signalAll([{ pid: this.#master, isMaster: true, isLeaving: false }], signal);
  }
}

function signalAll(processes: readonly OwnProcess[], signal: NodeJS.Signals): void {
  // The master tells its workers; without one each is told.
  const masters = processes.filter(({ isMaster }) => isMaster);
  const told = masters.length > 0 && signal !== 'SIGKILL' ? masters : processes;
  for (const { pid } of told) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
