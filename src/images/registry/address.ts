import { dockerHub } from './image-name.js';

/**
 * Where a registry answers. On this machine it is HTTP, anywhere else HTTPS: a password does not go
 * over a network in clear text.
 */
export function addressOfRegistry(registry: string): string {
  if (registry === dockerHub) return 'https://registry-1.docker.io';
  return `${isOnLoopback(registry) ? 'http' : 'https'}://${registry}`;
}

/** Whether a registry, `host` or `host:port`, is on this machine. */
export function isOnLoopback(registry: string): boolean {
  return isLoopback(new URL(`http://${registry}`).hostname);
}

/** Whether secrets may be sent to an address. */
export function isSafe(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

function isLoopback(hostname: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostname);
}
