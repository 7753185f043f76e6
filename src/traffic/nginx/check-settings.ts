import { SerinError } from '../../domain/errors.js';
import { nginxDefaults, type NginxSettings, type RouteSettings } from './settings.js';

type Defaulted =
  'maxBodyBytes' | 'connectTimeoutMs' | 'readTimeoutMs' | 'canaryTimeoutMs' | 'retryPosts';

/** A route whose settings are checked, with every default filled in. */
export type CheckedRoute = RouteSettings & Required<Pick<RouteSettings, Defaulted>>;

/** A socket's name has at most 107 bytes on Linux, 103 on macOS; ours add 17 to the folder's. */
const longestFolder = 86;
const headerName = /^[A-Za-z0-9-]+$/;
const cookieName = /^[A-Za-z0-9_.-]+$/;

/**
 * Checks what has a form of its own, so that nothing else reaches NGINX's configuration.
 * @throws SerinError `nginx-settings-invalid`
 */
export function checkSettings({ folder, routes }: NginxSettings): CheckedRoute[] {
  if (!folder.startsWith('/') || Buffer.byteLength(folder) > longestFolder) {
    refuse(`an absolute folder of at most ${longestFolder} bytes`, JSON.stringify(folder));
  }
  if (routes.length === 0) refuse('at least one route', 'none');
  const models = routes.map(({ model }) => model);
  const twice = models.find((model, index) => models.indexOf(model) !== index);
  if (twice !== undefined) refuse('one route a model', `two for ${twice}`);
  return routes.map(checkRoute);
}

/** @throws SerinError `nginx-settings-invalid` */
export function checkRoute(route: RouteSettings): CheckedRoute {
  const { readTimeoutMs = nginxDefaults.readTimeoutMs } = route;
  const checked = {
    ...route,
    maxBodyBytes: route.maxBodyBytes ?? nginxDefaults.maxBodyBytes,
    connectTimeoutMs: route.connectTimeoutMs ?? nginxDefaults.connectTimeoutMs,
    readTimeoutMs,
    canaryTimeoutMs: route.canaryTimeoutMs ?? Math.ceil(readTimeoutMs / 3),
    retryPosts: route.retryPosts ?? true,
  };
  const { sticky, forceArmHeader, limits = {}, listen } = route;
  if (listen.length === 0) refuse(`an address for ${route.model} to listen on`, 'none');
  for (const { host, port } of listen) {
    if (!/^[A-Za-z0-9.:*-]+$/.test(host)) refuse('a host to listen on', JSON.stringify(host));
    wholeNumber('a port', port, 1, 65_535);
  }
  if (sticky?.from === 'field') {
    refuse('a sticky key in a header or a cookie', 'one in a field of the body');
  }
  if (sticky?.from === 'header') named('a sticky header', sticky.name, headerName);
  if (sticky?.from === 'cookie') named('a sticky cookie', sticky.name, cookieName);
  if (forceArmHeader !== undefined) named('a header', forceArmHeader, headerName);
  wholeNumber('maxBodyBytes', checked.maxBodyBytes, 1, 2 ** 31);
  wholeNumber('connectTimeoutMs', checked.connectTimeoutMs, 1, 600_000);
  wholeNumber('readTimeoutMs', checked.readTimeoutMs, 1, 86_400_000);
  wholeNumber('canaryTimeoutMs', checked.canaryTimeoutMs, 1, checked.readTimeoutMs);
  wholeNumber('requestsPerSecond', limits.requestsPerSecond ?? 1, 1, 1e6);
  wholeNumber('burst', limits.burst ?? 0, 0, 1e6);
  wholeNumber('connections', limits.connections ?? 1, 1, 65_535);
  return checked;
}

function wholeNumber(what: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  refuse(`${what}: a whole number from ${from} to ${to}`, String(value));
}

function named(what: string, name: string, pattern: RegExp): void {
  if (!pattern.test(name)) refuse(`${what} that NGINX can read`, JSON.stringify(name));
}

function refuse(expected: string, found: string): never {
  throw new SerinError('nginx-settings-invalid', { expected, found });
}
