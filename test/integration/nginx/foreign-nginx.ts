import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExistingNginx } from '../../../src/domain/front.js';
import { newFolder } from './nginx-under-test.js';

const luaModules = `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;`;

/** An NGINX that somebody else runs, and that includes Serin's file. */
export class ForeignNginx {
  readonly existing: ExistingNginx;

  private constructor(readonly folder: string) {
    const command = `nginx ${this.#arguments.join(' ')}`;
    this.existing = {
      includeFile: join(folder, 'conf.d', 'serin.conf'),
      testCommand: `${command} -t`,
      reloadCommand: `${command} -s reload`,
      reopenCommand: `${command} -s reopen`,
    };
  }

  static async start({ lua }: { readonly lua: boolean }): Promise<ForeignNginx> {
    const folder = await newFolder();
    for (const part of ['conf.d', 'temp']) mkdirSync(join(folder, part));
    const foreign = new ForeignNginx(folder);
    foreign.write(foreign.configuration(lua));
    execFileSync('nginx', foreign.#arguments);
    return foreign;
  }

  get #arguments(): string[] {
    const { folder } = this;
    return ['-p', folder, '-c', join(folder, 'main.conf'), '-e', join(folder, 'error.log')];
  }

  get pid(): number {
    return Number(readFileSync(join(this.folder, 'foreign.pid'), 'utf8'));
  }

  configuration(lua: boolean): string {
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    return `pid ${this.folder}/foreign.pid;
${lua ? luaModules : ''}
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${this.folder}/temp/${name};`).join('\n  ')}
  include ${this.folder}/conf.d/*.conf;
}
`;
  }

  write(configuration: string): void {
    writeFileSync(join(this.folder, 'main.conf'), configuration);
  }

  stop(): void {
    process.kill(this.pid, 'SIGTERM');
  }
}
