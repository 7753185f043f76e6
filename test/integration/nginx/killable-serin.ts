import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryFile } from '../../../bench/serving/repository-file.js';

const serin = fileURLToPath(repositoryFile('bin/serin'));

/** `serin serve` in a process of its own, always with the same data, for a model `score`. */
export class KillableSerin {
  readonly dataFolder: string;
  readonly #models: string;
  #child: ChildProcess | undefined;
  url = '';

  /** @param stable address of what is stable when there is no state yet */
  constructor(private readonly stable: string) {
    const folder = mkdtempSync(join(tmpdir(), 'serin-killable-'));
    this.dataFolder = join(folder, 'data');
    this.#models = join(folder, 'models');
    mkdirSync(this.#models);
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const named = ['--stable', `score=${this.stable}`, '--models', this.#models];
    const args = [serin, 'serve', '--port', '0', '--data', this.dataFolder, '--json', ...named];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    this.url = (JSON.parse(line.toString()) as { url: string }).url;
  }

  get pid(): number {
    return this.#child?.pid ?? NaN;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async get<T>(path: string): Promise<T> {
    return (await fetch(this.url + path)).json() as Promise<T>;
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    const sent = { method: 'POST', headers, body: JSON.stringify(body) };
    return (await fetch(this.url + path, sent)).json() as Promise<T>;
  }
}
