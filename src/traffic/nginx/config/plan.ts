import { createHash } from 'node:crypto';
import type { VersionName } from '../../../domain/ids.js';
import { toPercent, type Percent } from '../../../domain/share.js';
import type { FoundNginx } from '../find-nginx.js';
import type { NginxMode } from '../../../domain/front.js';
import type { CheckedRoute } from '../check-settings.js';

/** Everything that a configuration is made from; the same plan gives the same text. */
export interface Plan {
  readonly mode: NginxMode;
  readonly nginx: FoundNginx;
  readonly folder: string;
  /** What all names in the text begin with: an NGINX may include the files of several models. */
  readonly name: string;
  /** Whether Serin runs this NGINX; otherwise the text is included by somebody else's. */
  readonly own: boolean;
  readonly workers: number | undefined;
  /** The file with what runs inside NGINX. */
  readonly luaFile: string;
  readonly routes: readonly RoutePlan[];
}

/** One model with its shares. */
export interface RoutePlan {
  readonly settings: CheckedRoute;
  readonly stable: ServerPlan;
  readonly canary: ServerPlan | undefined;
  readonly weight: Percent;
  readonly shadow: Percent;
}

/** A server by its numeric address, so that a name with two addresses is not two servers. */
export interface ServerPlan {
  /** `127.0.0.1:7011`, `[::1]:7011`. */
  readonly address: string;
  readonly version: VersionName;
}

/**
 * Which two servers a weight is of. The weight in NGINX's memory outlives a reload; under the name
 * of its servers it can never be taken for that of the next canary.
 */
export function weightKey({ settings, stable, canary }: RoutePlan): string {
  const servers = [stable, canary].map((server) => `${server?.address}=${server?.version}`);
  return `${settings.model}@${shortHash(servers.join('|'))}`;
}

/** What the names of a route begin with. */
export function routeName({ name }: Plan, index: number): string {
  return `${name}_${index}`;
}

/** The plan with other shares for one model. */
export function withShares(
  plan: Plan,
  model: string,
  shares: { readonly weight?: Percent; readonly shadow?: Percent },
): Plan {
  const routes = plan.routes.map((route) =>
    route.settings.model === model ? { ...route, ...shares } : route,
  );
  return { ...plan, routes };
}

/** The plan without its shares: what needs a reload to be another. */
export function withoutShares(plan: Plan): Plan {
  const none = { weight: toPercent(0), shadow: toPercent(0) };
  return { ...plan, routes: plan.routes.map((route) => ({ ...route, ...none })) };
}

export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
