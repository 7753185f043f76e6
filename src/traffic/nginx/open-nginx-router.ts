import { copyFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readLineNumber, type LineNumber } from '../../observing/nginx-log/line-number.js';
import type { LogCensus, NginxLog } from '../../observing/nginx-log/nginx-log.js';
import { SerinError } from '../../domain/errors.js';
import { NginxMode } from '../../domain/front.js';
import { toPercent } from '../../domain/share.js';
import { checkSettings, type CheckedRoute } from './check-settings.js';
import { adminSocket } from './config/admin.js';
import { longestRequestMs } from './config/main.js';
import { shortHash, type Plan, type RoutePlan } from './config/plan.js';
import { ExistingNginx } from './existing-nginx.js';
import { prepareFolder } from './instance-folder.js';
import { findNginx, type FoundNginx } from './find-nginx.js';
import { NginxRouter } from './nginx-router.js';
import { OwnNginx } from './own-nginx.js';
import { resolveServer } from './resolve-server.js';
import type { RunningNginx } from './running-nginx.js';
import { nginxDefaults, type NginxSettings } from './settings.js';
import { StateClient } from './state-client.js';

/** An NGINX in front of the arms: the router, and where its observations are found. */
export interface OpenNginx {
  readonly router: NginxRouter;
  /** What `openNginxLog` reads. */
  readonly log: NginxLog;
  /** For `status`. */
  readonly mode: NginxMode;
  readonly version: string;
  /** Why it does not serve, in words; undefined while it does. */
  trouble(): string | undefined;
  /** Resolves when no request is under way by the configurations of before. */
  drained(): Promise<void>;
  /** Stops the NGINX that Serin runs; one that somebody else runs goes on as it is. */
  close(): Promise<void>;
}

type Warn = (message: string, fields: Readonly<Record<string, unknown>>) => void;

/** What requests under way are given when NGINX is stopped. */
const graceMs = 5_000;

const luaSource = fileURLToPath(
  new URL(
    `${import.meta.url.endsWith('.ts') ? '../../..' : '../../../..'}/deploy/nginx/serin.lua`,
    import.meta.url,
  ),
);

/**
 * Puts an NGINX in front of the arms of one or more models, and resolves when it serves. A weight
 * that is in force for the same two servers stays in force, also over a restart of Serin.
 * @throws SerinError `nginx-missing`, `nginx-settings-invalid`, `nginx-refused`, `address-in-use`,
 *   `strategy-not-possible` for a sticky key without Lua
 */
export async function openNginxRouter(settings: NginxSettings, warn: Warn): Promise<OpenNginx> {
  try {
    return await openAsWished(settings, warn);
  } catch (thrown) {
    if (!lacksLua(settings, thrown)) throw thrown;
    return openAsWished({ ...settings, mode: NginxMode.Plain }, warn);
  }
}

/**
 * Whether somebody else's NGINX has said that it does not know Lua: its program may have the module,
 * and only its own test can tell whether its configuration loads it.
 */
function lacksLua({ existing, mode }: NginxSettings, thrown: unknown): boolean {
  return (
    existing !== undefined &&
    mode === undefined &&
    thrown instanceof SerinError &&
    thrown.code === 'nginx-refused' &&
    thrown.message.includes('unknown directive "lua_')
  );
}

async function openAsWished(settings: NginxSettings, warn: Warn): Promise<OpenNginx> {
  const routes = checkSettings(settings);
  const nginx = await findNginx(settings.binary);
  const mode = modeOf(settings, nginx);
  if (mode === NginxMode.Plain) refuseSticky(routes);
  const folder = await prepareFolder(settings);
  const plan: Plan = {
    ...{ mode, nginx, folder, workers: settings.workers },
    ...whose(settings, folder),
    luaFile: await copyLua(folder),
    routes: await Promise.all(routes.map(toRoutePlan)),
  };
  const client = new StateClient(join(folder, adminSocket));
  const running = await openNginx(settings, plan, client, warn);
  const router = new NginxRouter(plan, running, client);
  try {
    await router.open();
  } catch (thrown) {
    await running.close();
    throw thrown;
  }
  return {
    ...{ router, mode, version: nginx.version },
    log: {
      file: join(folder, 'observations.log'),
      reopen: running.reopenLog,
      census: (probe) => takeCensus(plan, client, probe),
    },
    trouble: () => running.trouble,
    drained: () => running.drained(),
    close: () => running.close(),
  };
}

/** A model's own NGINX has short names in its files; in somebody else's they tell models apart. */
function whose({ existing }: NginxSettings, folder: string): Pick<Plan, 'name' | 'own'> {
  return existing === undefined
    ? { own: true, name: 'serin' }
    : { own: false, name: `serin_${shortHash(folder)}` };
}

async function takeCensus(
  { mode, own, nginx }: Plan,
  client: StateClient,
  probe: LineNumber,
): Promise<LogCensus> {
  if (mode === NginxMode.Lua) {
    const { logged, shadowsShed } = await client.read();
    const newest = logged === undefined ? undefined : readLineNumber(logged);
    return {
      ...(newest === undefined ? {} : { newest }),
      ...(shadowsShed === undefined ? {} : { shadowsShed }),
    };
  }
  // The requests of an NGINX that somebody else runs are not all Serin's.
  if (own && nginx.hasStatusModule) return { ended: await client.requestsEnded() };
  await client.probe(probe);
  return { probe };
}

function modeOf({ mode }: NginxSettings, { hasLua, binary, version }: FoundNginx): NginxMode {
  if (mode === NginxMode.Lua && !hasLua) {
    throw new SerinError('nginx-settings-invalid', {
      expected: 'an NGINX with the Lua module (Debian: libnginx-mod-http-lua)',
      found: `${binary} ${version} without it`,
    });
  }
  return mode ?? (hasLua ? NginxMode.Lua : NginxMode.Plain);
}

function refuseSticky(routes: readonly CheckedRoute[]): void {
  const sticky = routes.find((route) => route.sticky !== undefined);
  if (sticky === undefined) return;
  throw new SerinError('strategy-not-possible', {
    expected: `an NGINX with Lua for the sticky key of ${sticky.model}`,
    found: 'one without, whose hash would give other arms than every other router',
  });
}

async function toRoutePlan(settings: CheckedRoute): Promise<RoutePlan> {
  const { stable, canary } = settings;
  return {
    settings,
    stable: await resolveServer(stable),
    canary: canary === undefined ? undefined : await resolveServer(canary),
    weight: toPercent(0),
    shadow: toPercent(0),
  };
}

/** Under a name of its content: workers of before an upgrade go on with theirs. */
async function copyLua(folder: string): Promise<string> {
  const file = join(folder, `serin-${shortHash(readFileSync(luaSource, 'utf8'))}.lua`);
  await copyFile(luaSource, file);
  return file;
}

function openNginx(
  { existing, deadlineMs = nginxDefaults.deadlineMs }: NginxSettings,
  plan: Plan,
  client: StateClient,
  warn: Warn,
): Promise<RunningNginx> {
  const { folder, nginx } = plan;
  return existing === undefined
    ? OwnNginx.open({ folder, binary: nginx.binary, client, deadlineMs, graceMs, warn })
    : Promise.resolve(new ExistingNginx(existing, client, deadlineMs, longestRequestMs(plan)));
}
