import { routeName, type Plan, type RoutePlan } from './plan.js';

/** Where NGINX counts what each client address does: 10 MB are 160,000 addresses. */
export function renderLimitZones(plan: Plan, { settings }: RoutePlan, index: number): string {
  const { requestsPerSecond, connections } = settings.limits ?? {};
  const zone = (name: string) => `zone=${routeName(plan, index)}_${name}:10m`;
  return [
    ...(requestsPerSecond === undefined
      ? []
      : [`limit_req_zone $binary_remote_addr ${zone('rate')} rate=${requestsPerSecond}r/s;\n`]),
    ...(connections === undefined
      ? []
      : [`limit_conn_zone $binary_remote_addr ${zone('connections')};\n`]),
  ].join('');
}

/** The limits themselves, in a server. */
export function renderLimits(plan: Plan, { settings }: RoutePlan, index: number): string {
  const { requestsPerSecond, burst = 0, connections } = settings.limits ?? {};
  const burstWords = burst > 0 ? ` burst=${burst} nodelay` : '';
  return [
    ...(requestsPerSecond === undefined
      ? []
      : [
          `  limit_req zone=${routeName(plan, index)}_rate${burstWords};\n  limit_req_status 429;\n`,
        ]),
    ...(connections === undefined
      ? []
      : [
          `  limit_conn ${routeName(plan, index)}_connections ${connections};\n  limit_conn_status 429;\n`,
        ]),
  ].join('');
}
