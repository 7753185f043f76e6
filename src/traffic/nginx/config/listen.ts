import type { FoundNginx } from '../find-nginx.js';
import type { ListenAddress } from '../../../domain/front.js';
import { quoted } from './quoted.js';

/** An address; TLS brings HTTP/2 along, as browsers speak it over nothing else. */
export function renderListen({ host, port, tls }: ListenAddress, nginx: FoundNginx): string {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (tls === undefined) return `  listen ${address};`;
  const http2 = nginx.hasHttp2Module;
  return [
    `  listen ${address} ssl${http2 && !nginx.http2IsDirective ? ' http2' : ''};`,
    ...(http2 && nginx.http2IsDirective ? ['  http2 on;'] : []),
    `  ssl_certificate ${quoted(tls.certificate)};`,
    `  ssl_certificate_key ${quoted(tls.key)};`,
    '  ssl_protocols TLSv1.2 TLSv1.3;',
  ].join('\n');
}
