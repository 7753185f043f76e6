import { headerVariable } from './lua-route.js';
import type { Plan, RoutePlan } from './plan.js';
import { splitClients } from './split-clients.js';

/**
 * The upstreams of both arms. The canary's has stable as its backup, so that no user meets a canary
 * that is gone; nothing is ever marked down (`max_fails=0`), as a canary that is not asked because
 * it failed before would look better than it is.
 */
export function renderArms(plan: Plan, route: RoutePlan, index: number): string {
  const { stable, canary } = route;
  const server = (address: string, more = '') => `server ${address} max_fails=0${more};`;
  const name = `serin_${index}`;
  return [
    upstream(`${name}_stable`, [server(stable.address)]),
    ...(canary === undefined
      ? []
      : [
          upstream(`${name}_canary`, [server(canary.address), server(stable.address, ' backup')]),
          upstream(`${name}_shadow`, [server(canary.address)]),
        ]),
    `map $serin_answered $${name}_version {
  stable "${stable.version}";
  canary "${canary?.version ?? stable.version}";
}
`,
    ...(plan.mode === 'plain' ? [plainSplit(route, name)] : []),
  ].join('');
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
