import { existsSync, mkdtempSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { toModelName, toVersionName } from '../../../src/domain/ids.js';
import { openNginxRouter, type OpenNginx } from '../../../src/traffic/nginx/open-nginx-router.js';
import type { NginxMode } from '../../../src/domain/front.js';
import type { NginxSettings, RouteSettings } from '../../../src/traffic/nginx/settings.js';
import { ArmServer, freePort } from './arm-servers.js';

/** Without NGINX its tests are skipped, but never in CI. */
export function canRunNginx(): boolean {
  return process.env['CI'] === 'true' || existsSync('/usr/sbin/nginx');
}

export const model = toModelName('churn');

type Wishes = Partial<RouteSettings> & {
  readonly mode?: NginxMode;
  readonly settings?: Partial<NginxSettings>;
};

/** A real NGINX of Serin's own, with two servers behind it. */
export class NginxUnderTest {
  readonly warnings: string[] = [];
  readonly #agent = new Agent({ connections: 8, pipelining: 1 });
  nginx!: OpenNginx;

  private constructor(
    readonly port: number,
    readonly stable: ArmServer,
    readonly canary: ArmServer,
    readonly settings: NginxSettings,
  ) {}

  static async start({ mode, settings, ...route }: Wishes = {}): Promise<NginxUnderTest> {
    const [stable, canary] = [await ArmServer.start('stable'), await ArmServer.start('canary')];
    const port = await freePort();
    const under = new NginxUnderTest(port, stable, canary, {
      folder: settings?.folder ?? (await newFolder()),
      workers: 2,
      ...(mode === undefined ? {} : { mode }),
      routes: [
        {
          model,
          listen: [{ host: '127.0.0.1', port }],
          stable: { url: stable.url, version: toVersionName('1') },
          canary: { url: canary.url, version: toVersionName('2') },
          ...route,
        },
      ],
      ...settings,
    });
    try {
      await under.open();
    } catch (thrown) {
      await under.close();
      throw thrown;
    }
    return under;
  }

  /** As a Serin that starts would. */
  async open(): Promise<void> {
    this.nginx = await openNginxRouter(this.settings, (message) => this.warnings.push(message));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get router(): OpenNginx['router'] {
    return this.nginx.router;
  }

  async ask(
    headers: Record<string, string> = {},
    body?: string,
    path = '/predict',
  ): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = body === undefined ? {} : { body };
    const options = { method, headers, dispatcher: this.#agent, ...sent } as const;
    const answer = await request(this.url + path, options);
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: await answer.body.text(),
    };
  }

  /** The answers' bodies, in the order of the requests. */
  async askMany(count: number, headersOf: (i: number) => Record<string, string> = () => ({})) {
    const bodies: string[] = [];
    for (let from = 0; from < count; from += 8) {
      const together = Array.from({ length: Math.min(8, count - from) }, (_, i) =>
        this.ask(headersOf(from + i)),
      );
      for (const { body } of await Promise.all(together)) bodies.push(body);
    }
    return bodies;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
    // Not set where NGINX could not be opened.
    await (this.nginx as OpenNginx | undefined)?.close();
    await this.stable.close();
    await this.canary.close();
  }
}

/** A folder that NGINX's workers can enter, also where root runs the tests. */
export async function newFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sn-'));
  await chmod(folder, 0o711);
  return folder;
}
