import { armVariable, renderArms } from './arms.js';
import { renderListen } from './listen.js';
import { renderLimitZones, renderLimits } from './limits.js';
import { luaHooks, luaShadowHooks, shadowSocket } from './lua-route.js';
import { routeName, type Plan, type RoutePlan } from './plan.js';
import { inFolder } from './quoted.js';

/** One model: its upstreams, a server for each address, and one for its shadows. */
export function renderRoute(plan: Plan, route: RoutePlan, index: number): string {
  const hasLua = plan.mode === 'lua';
  const servers = route.settings.listen.map((address) =>
    renderServer(plan, route, index, {
      listen: renderListen(address, plan.nginx),
      arm: hasLua ? luaHooks(plan, route, index) : '',
      limits: renderLimits(plan, route, index),
      proxy: renderProxy(route, `http://${routeName(plan, index)}_${armVariable(plan, index)}`),
    }),
  );
  return [
    renderArms(plan, route, index),
    renderLimitZones(plan, route, index),
    ...servers,
    ...(hasLua && route.canary !== undefined ? [shadowServer(plan, route, index)] : []),
  ].join('');
}

/** Sends what it is sent to the canary alone, and logs it as a shadow: no user waits for it. */
function shadowServer(plan: Plan, route: RoutePlan, index: number): string {
  return renderServer(plan, route, index, {
    listen: `  listen unix:${inFolder(plan.folder, shadowSocket(index)).slice(1, -1)};`,
    arm: luaShadowHooks(plan),
    limits: '',
    proxy: `${renderProxy(route, `http://${routeName(plan, index)}_shadow`)}
    proxy_set_header serin-shadow 1;`,
  });
}

interface ServerParts {
  readonly listen: string;
  readonly arm: string;
  readonly limits: string;
  readonly proxy: string;
}

function renderServer(plan: Plan, route: RoutePlan, index: number, parts: ServerParts): string {
  const { maxBodyBytes } = route.settings;
  const name = routeName(plan, index);
  const log = `${inFolder(plan.folder, 'observations.log')} ${name} buffer=64k flush=100ms`;
  // Nothing, but while a reload is prepared.
  const comeBack =
    plan.mode === 'lua' ? '\n    add_header connection $serin_connection_after always;' : '';
  return `server {
${parts.listen}
  server_name _;
  access_log ${log};
  # What is no HTTP request is logged before it has an arm.
  uninitialized_variable_warn off;
  client_max_body_size ${maxBodyBytes};
  # Bodies stay in memory: they can be sent again, and no user's data is written to a disk.
  client_body_buffer_size ${maxBodyBytes};
  keepalive_requests 1000000;
${parts.arm}${parts.limits}  location / {
${parts.proxy}
    add_header x-request-id $serin_request_id always;
    add_header serin-arm $${name}_answered always;
    add_header serin-version $${name}_version always;
    add_header serin-fallback $${name}_fallback always;${comeBack}
  }
}
`;
}

function renderProxy({ settings }: RoutePlan, to: string): string {
  const retried = ['error', 'timeout', 'invalid_header', 'http_500', 'http_502', 'http_503'];
  const next = [...retried, 'http_504', ...(settings.retryPosts ? ['non_idempotent'] : [])];
  return `    proxy_pass ${to};
    proxy_http_version 1.1;
    # Each part of an answer goes on as it comes: streams stream.
    proxy_buffering off;
    proxy_buffer_size 16k;
    proxy_buffers 8 16k;
    proxy_busy_buffers_size 32k;
    proxy_connect_timeout ${settings.connectTimeoutMs}ms;
    proxy_send_timeout ${settings.readTimeoutMs}ms;
    proxy_read_timeout ${settings.readTimeoutMs}ms;
    proxy_next_upstream ${next.join(' ')};
    proxy_set_header Host $host;
    proxy_set_header Connection $serin_connection;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header X-Request-Id $serin_request_id;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_hide_header x-request-id;
    proxy_hide_header serin-arm;
    proxy_hide_header serin-version;
    proxy_hide_header serin-fallback;`;
}
