import { SerinError } from '../domain/errors.js';
import { NginxMode, type NginxFront } from '../domain/front.js';
import { openNginxLog } from '../observing/nginx-log/open-nginx-log.js';
import type { OpenFront } from '../traffic/front.js';
import { openNginxRouter } from '../traffic/nginx/open-nginx-router.js';
import { nginxFolderOf } from './nginx-folder.js';

export interface NginxFrontOptions {
  readonly dataFolder: string;
  /** Where NGINX's files are; by default in the data folder, or for root in /run. */
  readonly nginxFolder: string | undefined;
  /** Whether commands may be run that a strategy names. */
  readonly allowCommands: boolean;
  /** Milliseconds since 1970, from a clock that never steps back. */
  readonly nowMs: () => number;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** What opens an NGINX in front of a model, with its log as the source of what is observed. */
export function nginxFronts(options: NginxFrontOptions): OpenFront {
  const { dataFolder, nginxFolder, allowCommands, nowMs, warn } = options;
  return async (settings, route) => {
    const { mode, workers, mostLost, existing } = settings;
    if (existing !== undefined && !allowCommands) {
      throw new SerinError('commands-not-allowed', { found: `"${existing.reloadCommand}"` });
    }
    const { model } = route;
    const nginx = await openNginxRouter(
      {
        folder: nginxFolderOf(dataFolder, nginxFolder, model),
        routes: [route],
        ...(mode === undefined ? {} : { mode }),
        ...(workers === undefined ? {} : { workers }),
        ...(existing === undefined ? {} : { existing }),
      },
      (message, fields) => warn(message, { model, ...fields }),
    );
    return {
      router: nginx.router,
      source: openNginxLog(nginx.log, {
        ...{ models: [model], nowMs },
        ...(mostLost === undefined ? {} : { mostLost }),
      }),
      mode: nginx.mode,
      why: whyThisMode(settings, nginx.mode),
      version: nginx.version,
      trouble: () => nginx.trouble(),
      setRoute: (wanted) => nginx.router.setRoute(wanted),
      drained: () => nginx.drained(),
      close: () => nginx.close(),
    };
  };
}

function whyThisMode({ mode: wanted }: NginxFront, mode: NginxMode): string {
  if (wanted !== undefined) return 'as the rollout file says';
  return mode === NginxMode.Lua ? 'as this NGINX has Lua' : 'as this NGINX has no Lua';
}
