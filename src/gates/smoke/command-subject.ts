import { spawn, type ChildProcess } from 'node:child_process';
import type { LoadRequest, SingleAnswer } from '../loadtest/sender.js';
import { HttpSubject } from './http-subject.js';
import { LogTail } from './log-tail.js';
import { NotReady, type SmokeSubject } from './subject.js';

const stopWithinMs = 5_000;

/** A server that a command starts, and that is stopped with everything that it started. */
export class CommandSubject implements SmokeSubject {
  readonly #server: HttpSubject;
  readonly #tail = new LogTail();
  #child: ChildProcess | undefined;
  #ended: Promise<string> | undefined;
  #hasEnded = false;

  /** @param url where the command's server listens */
  constructor(
    private readonly command: string,
    url: string,
    readyPath: string | undefined,
  ) {
    this.#server = new HttpSubject(url, readyPath);
  }

  get name(): string {
    return this.command;
  }

  get path(): string {
    return this.#server.path;
  }

  async start(deadlineMs: number): Promise<void> {
    // Whoever answers there already would be tested in place of the command.
    if ((await this.#server.look(deadlineMs)) === 'ready') {
      throw new NotReady(`another server listens at ${this.#server.name} already`, true);
    }
    this.#ended = this.#launch();
    const ended = this.#ended.then((reason): never => {
      throw new NotReady(reason, true);
    });
    await Promise.race([this.#server.start(deadlineMs), ended]);
  }

  async ask(request: LoadRequest, timeoutMs: number): Promise<SingleAnswer> {
    return this.#server.ask(request, timeoutMs);
  }

  log(): readonly string[] {
    return this.#tail.lines();
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    if (this.#ended === undefined) return;
    this.#signal('SIGTERM');
    const impatient = setTimeout(() => this.#signal('SIGKILL'), stopWithinMs);
    await this.#ended;
    clearTimeout(impatient);
    // What it started may outlive it.
    this.#signal('SIGKILL');
  }

  /** @returns resolves with how it ended, in words */
  #launch(): Promise<string> {
    const child = spawn(this.command, {
      shell: true,
      // A process group of its own: stopping it stops what it started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => this.#tail.write(text));
    }
    return new Promise((resolve) => {
      const end = (reason: string): void => {
        this.#hasEnded = true;
        resolve(reason);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) =>
        end(signal === null ? `it ended with code ${code ?? 0}` : `it was ended by ${signal}`),
      );
    });
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid === undefined || (this.#hasEnded && signal === 'SIGTERM')) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // Nobody of its group is there any more: that is what was wanted.
    }
  }
}
