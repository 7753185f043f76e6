import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../running-server.js';

/** Debian's package docker-registry: scripts/test.js installs it. */
const program = '/usr/bin/docker-registry';

/** The real registry on loopback, with a folder of its own; it can go away and come back. */
export class RegistryUnderTest {
  /** Files with which it speaks HTTPS, from the next time that it listens on. */
  tls: { readonly certificate: string; readonly key: string } | undefined;
  #child: ChildProcess | undefined;
  #host = '127.0.0.1:0';

  private constructor(
    readonly folder: string,
    private readonly auth: object | undefined,
  ) {}

  /** @param auth the section of this name of its configuration */
  static async start(auth?: object): Promise<RegistryUnderTest> {
    const registry = new RegistryUnderTest(newFolder(), auth);
    await registry.listen();
    return registry;
  }

  /** `127.0.0.1:port`. */
  get host(): string {
    return this.#host;
  }

  /** Comes back at the address that it had. */
  async listen(): Promise<void> {
    const file = join(this.folder, 'config.json');
    // YAML, of which JSON is a part.
    writeFileSync(file, JSON.stringify(this.#configuration()));
    const child = spawn(program, ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    this.#host = await new Promise((resolve, reject) => {
      let log = '';
      child.stderr.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        const [, host] = /listening on (127\.0\.0\.1:\d+)/.exec(log) ?? [];
        if (host !== undefined) resolve(host);
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`docker-registry ended: ${log}`)));
    });
  }

  /** Goes away at once, in the middle of whatever it was doing. */
  async vanish(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  #configuration(): object {
    return {
      version: '0.1',
      log: { level: 'info' },
      storage: {
        filesystem: { rootdirectory: join(this.folder, 'storage') },
        delete: { enabled: true },
        maintenance: { uploadpurging: { enabled: false } },
      },
      http: {
        addr: this.#host,
        secret: 'of the tests',
        ...(this.tls === undefined ? {} : { tls: this.tls }),
      },
      ...(this.auth === undefined ? {} : { auth: this.auth }),
    };
  }
}
