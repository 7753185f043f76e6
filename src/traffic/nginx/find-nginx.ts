import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SerinError } from '../../domain/errors.js';
import { runProgram } from './run-program.js';

/** What an NGINX is able to do, by what it says of itself. */
export interface FoundNginx {
  readonly binary: string;
  /** `1.22.1`. */
  readonly version: string;
  readonly hasLua: boolean;
  /** Modules to load for Lua, in their order; none where it is built in (OpenResty). */
  readonly luaModules: readonly string[];
  readonly hasHttp2Module: boolean;
  /** `http2 on;` instead of a word behind `listen`, from 1.25.1. */
  readonly http2IsDirective: boolean;
  readonly hasStatusModule: boolean;
}

/** Where it is found by default: Debian keeps it where only root's PATH looks. */
const usualPlaces = ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx', 'openresty'];

/**
 * Asks NGINX what it was built with (`nginx -V`), and looks for its Lua module.
 * @param binary absent: the first of the usual places that answers
 * @throws SerinError `nginx-missing`
 */
export async function findNginx(binary: string | undefined): Promise<FoundNginx> {
  const places = binary === undefined ? usualPlaces : [binary];
  const answers: string[] = [];
  for (const place of places) {
    const { code, output } = await runProgram(place, ['-V']);
    const version = /nginx version: \w+\/([\d.]+)/.exec(output)?.[1];
    if (code === 0 && version !== undefined) return whatItCanDo(place, version, output);
    answers.push(output.trim().split('\n')[0] ?? '');
  }
  throw new SerinError('nginx-missing', {
    expected: `${places.join(' or ')} to say with -V which NGINX it is`,
    found: answers.find((answer) => answer !== '') ?? 'nothing',
  });
}

function whatItCanDo(binary: string, version: string, output: string): FoundNginx {
  const isBuiltIn = /lua-nginx-module|ngx_lua/.test(output);
  const luaModules = isBuiltIn ? [] : luaModulesIn(modulesPath(output));
  return {
    binary,
    version,
    hasLua: isBuiltIn || luaModules.length > 0,
    luaModules,
    hasHttp2Module: output.includes('--with-http_v2_module'),
    http2IsDirective: isAtLeast(version, [1, 25, 1]),
    hasStatusModule: output.includes('--with-http_stub_status_module'),
  };
}

function modulesPath(output: string): string {
  const given = /--modules-path=(\S+)/.exec(output)?.[1];
  const prefix = /--prefix=(\S+)/.exec(output)?.[1] ?? '/usr/local/nginx';
  return given ?? join(prefix, 'modules');
}

function luaModulesIn(folder: string): string[] {
  // Lua's module needs the development kit, which must be loaded before it.
  const files = ['ndk_http_module.so', 'ngx_http_lua_module.so'].map((name) => join(folder, name));
  return files.every((file) => existsSync(file)) ? files : [];
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split('.').map(Number);
  for (const [place, wanted] of least.entries()) {
    const part = parts[place] ?? 0;
    if (part !== wanted) return part > wanted;
  }
  return true;
}
