import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toModelName, toVersionName } from '../../src/domain/ids.js';
import type { NginxMode } from '../../src/domain/front.js';
import type { NginxSettings } from '../../src/traffic/nginx/settings.js';
import { childrenOf } from './reference-nginx.js';
import type { Answer, Question } from './serin-beside.js';

/** Serin's NGINX with one worker, and the process of Serin beside it. */
export class Beside {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(
    port: number,
    arms: readonly [number, number],
    mode: NginxMode = 'lua',
  ): Promise<Beside> {
    const folder = mkdtempSync(join(tmpdir(), 'sn-'));
    await chmod(folder, 0o711);
    const [stable, canary] = arms.map((arm, index) => ({
      url: `http://127.0.0.1:${arm}`,
      version: toVersionName(String(index + 1)),
    }));
    if (stable === undefined || canary === undefined) throw new Error('two arms are needed');
    const listen = [{ host: '127.0.0.1', port }];
    const model = toModelName('churn');
    const settings: NginxSettings = {
      ...{ folder, mode, workers: 1 },
      routes: [{ model, listen, stable, canary }],
    };
    const child = fork(new URL('./serin-beside.js', import.meta.url), [JSON.stringify(settings)]);
    await once(child, 'message');
    return new Beside(child, folder);
  }

  get pid(): number {
    return this.child.pid ?? NaN;
  }

  /** Master and worker. */
  nginxPids(): number[] {
    const master = Number(readFileSync(join(this.folder, 'nginx.pid'), 'utf8'));
    return [master, ...childrenOf(master)];
  }

  async ask(question: Question): Promise<Answer> {
    const answered = once(this.child, 'message') as Promise<[Answer]>;
    this.child.send(question);
    const [answer] = await answered;
    return answer;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.send({ ask: 'stop' } satisfies Question);
    await ended;
  }
}
