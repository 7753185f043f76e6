import { nginxLogFormat } from '../../../observing/nginx-log/line-format.js';
import { headerVariable } from './lua-route.js';
import { routeName, type Plan, type RoutePlan } from './plan.js';
import { splitClients } from './split-clients.js';

/**
 * The upstreams of both arms, who answered, and how it is logged. The canary's upstream has stable
 * as its backup, so that no user meets a canary that is gone; nothing is ever marked down
 * (`max_fails=0`), as a canary that is not asked because it failed before would look better than it
 * is.
 */
export function renderArms(plan: Plan, route: RoutePlan, index: number): string {
  const { stable, canary } = route;
  const server = (address: string, more = '') => `server ${address} max_fails=0${more};`;
  const name = routeName(plan, index);
  return [
    upstream(`${name}_stable`, [server(stable.address)]),
    ...(canary === undefined
      ? []
      : [
          upstream(`${name}_canary`, [server(canary.address), server(stable.address, ' backup')]),
          upstream(`${name}_shadow`, [server(canary.address)]),
        ]),
    ...(plan.mode === 'plain' ? [plainSplit(route, name)] : []),
    whoAnswered(plan, route, index),
    logFormat(plan, route, index),
  ].join('');
}

/** The variable with a request's arm: Lua sets the one, and `split_clients` with a map the other. */
export function armVariable(plan: Plan, index: number): string {
  return plan.mode === 'lua' ? '$serin_arm' : `$${routeName(plan, index)}_arm`;
}

function upstream(name: string, servers: readonly string[]): string {
  // Idle for less than any server waits (gunicorn 2 s, Node and uvicorn 5 s): a connection that the
  // canary closed at the wrong moment would be counted as its failure.
  return `upstream ${name} {
${servers.map((server) => `  ${server}\n`).join('')}  keepalive 64;
  keepalive_timeout 1s;
  keepalive_requests 1000000;
}
`;
}

function plainSplit({ settings, canary, weight }: RoutePlan, name: string): string {
  const forced = canary === undefined ? undefined : settings.forceArmHeader;
  const header = forced === undefined ? '""' : `$${headerVariable(forced)}`;
  return `${splitClients(`${name}_split`, weight)}map ${header} $${name}_arm {
  stable stable;
  canary canary;
  default $${name}_split;
}
map ${header} $${name}_kind {
  stable forced;
  canary forced;
  default live;
}
`;
}

/**
 * Who has answered what was given to the canary. A canary that failed is followed by stable, and no
 * other two servers follow one another: where `$upstream_addr` has a comma, stable answered for it.
 */
function whoAnswered(plan: Plan, { stable, canary }: RoutePlan, index: number): string {
  if (canary === undefined) return '';
  const name = routeName(plan, index);
  return `map $upstream_addr $${name}_fallback {
  "~," canary;
  default "";
}
map $${name}_fallback $${name}_answered {
  "" canary;
  default stable;
}
map $${name}_fallback $${name}_version {
  "" "${canary.version}";
  default "${stable.version}";
}
`;
}

function logFormat(plan: Plan, { settings }: RoutePlan, index: number): string {
  const hasLua = plan.mode === 'lua';
  const name = routeName(plan, index);
  const format = nginxLogFormat({
    model: settings.model,
    variables: {
      arm: armVariable(plan, index),
      // Costly to write, and needed of upgraded connections only.
      headerSeconds: hasLua ? '$serin_header_seconds' : '$upstream_header_time',
      measured: hasLua ? '$serin_measured' : `-\\t-\\t$${name}_kind\\t-`,
    },
    isFine: hasLua,
  });
  return `log_format ${name} escape=none '${format}';\n`;
}
