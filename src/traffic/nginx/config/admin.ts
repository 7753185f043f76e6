import { nginxProbeFormat } from '../../../observing/nginx-log/probe-line.js';
import { observationsLog } from './log.js';
import { weightKey, type Plan } from './plan.js';
import { luaLoaded, luaRoute } from './lua-route.js';
import { inFolder } from './quoted.js';

/** The socket on which Serin reads what is in force, and with Lua changes it. */
export const adminSocket = 'admin/state.sock';

/**
 * The server behind the admin socket; `GET /state` answers as state-client.ts reads it. Without Lua
 * its other answers tell what should be in the log by now.
 */
export function renderAdmin(plan: Plan, generation: string): string {
  const hasLua = plan.mode === 'lua';
  const location = hasLua ? luaState(plan, generation) : plainState(plan, generation);
  const counts = plan.nginx.hasStatusModule
    ? '\n  location = /counts {\n    stub_status;\n  }'
    : '';
  const format = `${plan.name}_probe`;
  const probe = `
  location = /probe {
    access_log ${observationsLog(plan, format)};
    return 204;
  }`;
  const log = hasLua ? '' : `log_format ${format} escape=none '${nginxProbeFormat}';\n`;
  return `${log}server {
  listen unix:${inFolder(plan.folder, adminSocket).slice(1, -1)};
  access_log off;
  location = /state {
${location}
  }${counts}${hasLua ? '' : probe}
}
`;
}

function luaState(plan: Plan, generation: string): string {
  const routes = plan.routes.map((route, index) => {
    return `        ["${route.settings.model}"] = ${luaRoute(plan, route, index)},`;
  });
  return `    content_by_lua_block {
      local serin = ${luaLoaded(plan)}
      serin.administer("${generation}", {
${routes.join('\n')}
      })
    }`;
}

function plainState({ routes }: Plan, generation: string): string {
  const shares = routes.map((route) => [
    route.settings.model,
    { weight: route.weight, shadow: 0, key: weightKey(route) },
  ]);
  const state = { generation, routes: Object.fromEntries(shares) as unknown };
  return `    default_type application/json;
    return 200 '${JSON.stringify(state)}';`;
}
