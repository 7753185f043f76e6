import { armVariable, renderArms } from './arms.js';
import { renderListen } from './listen.js';
import { renderLimitZones, renderLimits } from './limits.js';
import { observationsLog } from './log.js';
import { luaHooks, luaShadowHooks, shadowSocket } from './lua-route.js';
import { routeName, type Plan, type RoutePlan } from './plan.js';
import { renderAnswerHeaders, renderPassing, type Answerer } from './passing.js';
import { inFolder } from './quoted.js';

/** One model: its upstreams, a server for each address, and one for its shadows. */
export function renderRoute(plan: Plan, route: RoutePlan, index: number): string {
  const hasLua = plan.mode === 'lua';
  const servers = route.settings.listen.map((address) =>
    renderServer(plan, route, index, {
      listen: renderListen(address, plan.nginx),
      arm: hasLua ? luaHooks(plan, route, index) : '',
      limits: renderLimits(plan, route, index),
      passing: renderPassing(route),
      locations: renderLocations(plan, route, index),
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
    passing: `${renderPassing(route)}  proxy_set_header serin-shadow 1;\n`,
    locations: location('/', `${routeName(plan, index)}_shadow`, canaryTimes(route)),
  });
}

/**
 * To which servers a request goes, and how long they may take. The time between two reads belongs to
 * a location, and cannot be a variable: so the canary, which may hang, has a location of its own,
 * which is entered as an internal redirect (`error_page` with `=` keeps method, body and path). There
 * stable, as the canary's backup, has no more time than the canary; where that is too short it is
 * asked once more, with its own.
 */
function renderLocations(plan: Plan, route: RoutePlan, index: number): string {
  const name = routeName(plan, index);
  const [stable, canary, afterwards] = [`${name}_stable`, `${name}_canary`, `@${name}_afterwards`];
  const ofStable = { arm: 'stable', version: route.stable.version };
  const say = (who: Answerer): string => renderAnswerHeaders(plan, who);
  if (route.canary === undefined) return location('/', stable, say(ofStable));
  const choice = `    if (${armVariable(plan, index)} = canary) {
      return 418;
    }
    error_page 418 = @${canary};
    recursive_error_pages on;
`;
  const ofEither = { arm: `$${name}_answered`, version: `$${name}_version` };
  const late = route.settings.retryPosts ? `    error_page 504 = ${afterwards};\n` : '';
  return [
    location('/', stable, choice + say(ofStable)),
    location(
      `@${canary}`,
      canary,
      canaryTimes(route) + late + say({ ...ofEither, fallback: `$${name}_fallback` }),
    ),
    ...(late === ''
      ? []
      : [location(afterwards, stable, say({ ...ofStable, fallback: 'canary' }))]),
  ].join('');
}

function location(where: string, upstream: string, more: string): string {
  return `  location ${where} {
${more}    proxy_pass http://${upstream};
  }
`;
}

function canaryTimes({ settings: { canaryTimeoutMs } }: RoutePlan): string {
  return `    proxy_send_timeout ${canaryTimeoutMs}ms;
    proxy_read_timeout ${canaryTimeoutMs}ms;
`;
}

interface ServerParts {
  readonly listen: string;
  readonly arm: string;
  readonly limits: string;
  readonly passing: string;
  readonly locations: string;
}

function renderServer(plan: Plan, route: RoutePlan, index: number, parts: ServerParts): string {
  const { maxBodyBytes } = route.settings;
  return `server {
${parts.listen}
  server_name _;
  access_log ${observationsLog(plan, routeName(plan, index))};
  # What is no HTTP request is logged before it has an arm.
  uninitialized_variable_warn off;
  client_max_body_size ${maxBodyBytes};
  # Bodies stay in memory: they can be sent again, and no user's data is written to a disk.
  client_body_buffer_size ${maxBodyBytes};
  keepalive_requests 1000000;
${parts.arm}${parts.limits}${parts.passing}${parts.locations}}
`;
}
